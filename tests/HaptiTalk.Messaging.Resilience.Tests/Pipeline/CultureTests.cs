using System.Globalization;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>
/// A host runs in a culture of its own. What the framework reads and says is the same in all. These processes know no cultures, so the
/// test writes down what is different in two of them.
/// </summary>
public sealed class CultureTests : IDisposable
{
    private readonly CultureInfo _before = CultureInfo.CurrentCulture;

    public static TheoryData<string> Cultures => ["tr-TR", "ar-SA"];

    public void Dispose() => CultureInfo.CurrentCulture = _before;

    [Theory]
    [MemberData(nameof(Cultures))]
    public void Messages_OfRefusalsAndTimeouts_AreTheSame(string culture)
    {
        CultureInfo.CurrentCulture = Foreign(culture);
        TimeSpan time = TimeSpan.FromSeconds(1.5);

        1.5.ToString("0.###", CultureInfo.CurrentCulture).ShouldNotBe("1.5");
        new BulkheadFullRejectedException("user", "get", activeCalls: -1, waited: time).Message.ShouldContain("(-1 running, 0 waiting): 'get' was refused by this process and did not run, because no place became free within 1.5 s.");
        new CircuitOpenRejectedException("user", "get", since: DateTimeOffset.UnixEpoch, retryAfter: time).Message.ShouldBe(
            "Circuit breaker of 'user' is Open since 1970-01-01T00:00:00.0000000+00:00: 'get' was refused by this process and did not run. Try again in 1.5 s.");
        new ExecutionTimeoutException("user", "get", time).Message.ShouldBe("'get' of 'user' did not answer within 1.5 s (1 attempt, 1.5 s).");
    }

    [Theory]
    [MemberData(nameof(Cultures))]
    public async Task Fallback_WithoutAnEnd_SaysItsTimeTheSame(string culture)
    {
        CultureInfo.CurrentCulture = Foreign(culture);
        await using TestResilience test = TestResilience.WithProfile("Retry:MaxRetries=0", "Fallback:ErrorThreshold=1", "Timeout:DefaultTimeout=00:00:01.500");
        test.User.RegisterFallback<string>("execute", static (_, _) => new(new TaskCompletionSource<string>().Task));

        InvalidOperationException failure = await test.FailAsync<InvalidOperationException>(test.Work().Fails(new InvalidOperationException("broken")));

        failure.InnerException!.Message.ShouldContain(" did not end within 1.5 s");
    }

    [Theory]
    [MemberData(nameof(Cultures))]
    public void Settings_OfAProfile_AreReadAndShownTheSame(string culture)
    {
        CultureInfo.CurrentCulture = Foreign(culture);
        using TestResilience test = TestResilience.WithProfile("Retry:JitterFactor=0.25", "Retry:InitialDelay=00:00:00.250", "Bulkhead:MaxConcurrentCalls=12");

        ProfileDescription described = test.Resilience.Describe(TestResilience.Service);

        (described.Profile.Retry.JitterFactor, described.Profile.Retry.InitialDelay, described.Profile.Bulkhead.MaxConcurrentCalls)
            .ShouldBe((0.25, TimeSpan.FromMilliseconds(250), 12));
        described.Settings.Single(static setting => setting.Key == "Retry:JitterFactor").Value.ShouldBe("0.25");
        new DeadlineOwner("user", TimeSpan.FromSeconds(1.5), DeadlineSetting.DefaultTimeout).ToString().ShouldBe("1500 DefaultTimeout user");
    }

    private static CultureInfo Foreign(string name)
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (culture.NumberFormat.NumberDecimalSeparator, culture.NumberFormat.NumberGroupSeparator, culture.NumberFormat.NegativeSign) =
            name == "tr-TR" ? (",", ".", "-") : ("\u066B", "\u066C", "\u061C-");
        (culture.DateTimeFormat.TimeSeparator, culture.DateTimeFormat.DateSeparator) = (".", ".");
        return culture;
    }
}
