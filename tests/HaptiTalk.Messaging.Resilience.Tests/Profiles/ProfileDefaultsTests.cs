using System.ComponentModel.DataAnnotations;
using System.Reflection;

namespace HaptiTalk.Messaging.Resilience.Tests;

public sealed class ProfileDefaultsTests
{
    [Fact]
    public void ServiceProfile_NothingConfigured_HasTheDocumentedDefaults()
    {
        var profile = new ServiceProfile();

        profile.Scope.ShouldBeNull();
        profile.CircuitBreaker.ShouldBe(new() { FailureThreshold = 5, ResetTimeout = TimeSpan.FromMinutes(1), HalfOpenMaxCalls = 3 });
        profile.Fallback.ShouldBe(new() { ErrorThreshold = 3, ErrorWindow = TimeSpan.FromMinutes(1), Source = FallbackSource.Registered, MaxStaleAge = TimeSpan.FromHours(1) });
        profile.Bulkhead.ShouldBe(new() { MaxConcurrentCalls = 20, QueueCapacity = 10, Timeout = TimeSpan.FromSeconds(3) });
        profile.Timeout.DefaultTimeout.ShouldBe(TimeSpan.FromSeconds(5));
        profile.Timeout.AttemptTimeout.ShouldBeNull();
        profile.Timeout.Timeouts.ShouldBeEmpty();
        profile.Timeout.ClockSkewTolerance.ShouldBe(TimeSpan.FromMilliseconds(200));
        (profile.Retry.MaxRetries, profile.Retry.InitialDelay, profile.Retry.MaxDelay, profile.Retry.BackoffMultiplier, profile.Retry.JitterFactor)
            .ShouldBe((3, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(3), 2, 0.1));
        profile.Retry.Handle.ShouldBeEmpty();
        profile.Retry.Ignore.ShouldBeEmpty();
    }

    [Fact]
    public void Get_ServiceNobodyConfigured_HasTheDocumentedDefaults()
    {
        using TestResilience test = TestResilience.With();
        ServiceProfile profile = test.Catalog.Get("unheard-of", operation: null).Profile;

        profile.CircuitBreaker.ShouldBe(new());
        profile.Fallback.ShouldBe(new());
        profile.Bulkhead.ShouldBe(new());
        profile.Timeout.DefaultTimeout.ShouldBe(new TimeoutOptions().DefaultTimeout);
        profile.Retry.MaxRetries.ShouldBe(new RetryOptions().MaxRetries);
    }

    [Fact]
    public void Options_EverySettingWithARange_HasADefaultWithinIt()
    {
        object[] options = [new CircuitBreakerOptions(), new RetryOptions(), new TimeoutOptions(), new FallbackOptions(), new BulkheadOptions()];
        foreach (object option in options)
        {
            foreach (PropertyInfo property in option.GetType().GetProperties())
            {
                if (property.GetCustomAttribute<RangeAttribute>() is { } range && property.GetValue(option) is int or double or TimeSpan)
                    range.IsValid(property.GetValue(option)).ShouldBeTrue($"{option.GetType().Name}.{property.Name}");
            }
        }
    }

    [Fact]
    public void Options_EveryNumberAndDuration_HasARange()
    {
        Type[] options = [typeof(CircuitBreakerOptions), typeof(RetryOptions), typeof(TimeoutOptions), typeof(FallbackOptions), typeof(BulkheadOptions)];

        options.SelectMany(type => type.GetProperties())
            .Where(property => (Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType) is { IsValueType: true, IsEnum: false })
            .Where(property => property.GetCustomAttribute<RangeAttribute>() is null)
            .ShouldBeEmpty();
    }
}
