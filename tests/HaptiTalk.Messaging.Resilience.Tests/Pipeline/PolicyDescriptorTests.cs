using System.Diagnostics.Metrics;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>The list of policies is all that a new one is added to.</summary>
public sealed class PolicyDescriptorTests
{
    private static readonly string[] RetryOnce = ["Retry:MaxRetries=1", "Retry:InitialDelay=00:00:00"];

    [Fact]
    public void All_EachPosition_StandsInTheOrderOfThePositions() =>
        PolicyOrder.All.Select(static policy => policy.Position).Append(PolicyPosition.Innermost).ShouldBe(Enum.GetValues<PolicyPosition>());

    [Fact]
    public void All_EachThatIsFused_IsFollowedByWhatItIsFusedWith()
    {
        PolicyDescriptor[] fused = [.. PolicyOrder.All.Where(static policy => policy.Fused is not null)];

        fused.ShouldNotBeEmpty();
        fused.ShouldAllBe(policy => PolicyOrder.All.SkipWhile(other => other != policy).Skip(1).Take(policy.Fused!.Following.Length).Select(other => other.Name)
            .SequenceEqual(policy.Fused.Following));
    }

    [Fact]
    public void All_Sections_AreThePropertiesOfAProfile() =>
        PolicyOrder.All.Select(static policy => policy.Section).OfType<PolicySection>().Select(static section => (section.Key, section.Options)).ShouldBe(
            typeof(ServiceProfile).GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(static property => property.PropertyType.IsClass && property.PropertyType != typeof(RequestOptions))
                .Select(static property => (property.Name, property.PropertyType)),
            ignoreOrder: true);

    [Fact]
    public void OptionsOf_AnOptionsTypeWithAProperty_AreThoseOfTheProperty()
    {
        using TestResilience test = TestResilience.WithProfile(RetryOnce);
        ServiceProfile read = test.Catalog.Get(TestResilience.Service, operation: null).Profile;
        ServiceProfile changed = read with { Retry = new RetryOptions { MaxRetries = 7 } };

        read.OptionsOf<RetryOptions>().ShouldBeSameAs(read.Retry);
        changed.OptionsOf<RetryOptions>().MaxRetries.ShouldBe(7);
        read.OptionsOf<RetryOptions>().MaxRetries.ShouldBe(1);
        new ServiceProfile().OptionsOf<RetryOptions>().ShouldBe(new RetryOptions());
    }

    [Fact]
    public void Equals_ProfilesOfTheSameSettings_AreEqual()
    {
        var written = new ServiceProfile { Retry = new() { MaxRetries = 7 } };

        written.ShouldBe(new ServiceProfile { Retry = new() { MaxRetries = 7 } });
        written.GetHashCode().ShouldBe(new ServiceProfile { Retry = new() { MaxRetries = 7 } }.GetHashCode());
        written.ShouldNotBe(new ServiceProfile { Retry = new() { MaxRetries = 8 } });
        written.With(new ToyOptions()).ShouldNotBe(written);
    }

    [Theory]
    [InlineData("Fallback", 1, "the fallback does not know of it")]
    [InlineData("CircuitBreaker", 1, "outside the circuit breaker it runs once a call, and keeps bulkhead and breaker apart")]
    [InlineData("AttemptTimeout", 2, "inside the retry it runs once an attempt, and keeps retry and timeout apart")]
    public async Task Build_OneMorePolicyInTheList_StandsWhereTheListSays(string before, int runs, string because)
    {
        using TestResilience test = Toy(before, RetryOnce);

        await test.FailAsync<InvalidOperationException>(test.Work().Fails(times: 2));

        test.Measured.Of("toy_runs").Count.ShouldBe(runs, because);
        test.State.Bulkhead.ActiveCalls.ShouldBe(0);
        test.Circuit.Breaker.FailureCount.ShouldBe(1);
    }

    [Fact]
    public async Task Build_OnePolicyLess_TheOthersStay()
    {
        using TestResilience test = With([.. PolicyOrder.All.Where(static policy => policy.Name != "CircuitBreaker")], RetryOnce);

        await test.FailAsync<InvalidOperationException>(test.Work().Fails(times: 2));

        test.Measured.Of("retry_attempts").Count.ShouldBe(1);
        test.State.Bulkhead.ActiveCalls.ShouldBe(0);
        test.Circuit.Breaker.FailureCount.ShouldBe(0);
    }

    [Fact]
    public void Load_SectionOfOneMorePolicy_IsReadAndDescribed()
    {
        using TestResilience test = Toy("Toy:MaxCalls=7", "Operations:execute:Toy:MaxCalls=8");

        ProfileDescription described = test.Resilience.Describe(TestResilience.Service);

        described.Profile.OptionsOf<ToyOptions>().ShouldBe(new ToyOptions { MaxCalls = 7 });
        described.Profile.OptionsOf<ToyOptions>().ShouldBeSameAs(described.Profile.OptionsOf<ToyOptions>(), "a call makes none");
        described.Settings.ShouldContain(new EffectiveSetting("Toy:MaxCalls", "7", "Resilience:Profiles:user:Toy:MaxCalls"));
        described.Settings.ShouldContain(new EffectiveSetting("Toy:WarnFrom", "5", "default"));
        test.Catalog.Get(TestResilience.Service, "execute").Profile.OptionsOf<ToyOptions>().MaxCalls.ShouldBe(8);
    }

    [Theory]
    [InlineData("Toy:MaxCalls=0", "is out of range; allowed: 1 to 100.")]
    [InlineData("Toy:MaxCalls=many", "is not a whole number; allowed: 1 to 100.")]
    [InlineData("Toy:MaxCals=1", "is not a known setting. Did you mean 'Toy:MaxCalls'?")]
    [InlineData("Toy:WarnFrom=11", "is above Toy:MaxCalls (10).")]
    [InlineData("Toy=1", "is a section; write its keys below it.")]
    public void Load_SectionOfOneMorePolicyIsWrong_SaysWhat(string setting, string message)
    {
        using TestResilience test = Toy(setting);

        ProfileProblem problem = Should.Throw<InvalidProfilesException>(() => test.Catalog).Problems.ShouldHaveSingleItem();

        problem.Path.ShouldBe($"Resilience:Profiles:user:{setting.Split('=')[0]}");
        problem.Message.ShouldBe(message);
    }

    [Fact]
    public void Load_SectionOfAPolicyThatIsNotInTheList_IsUnknown()
    {
        using TestResilience test = TestResilience.WithProfile("Toy:MaxCalls=7");

        Should.Throw<InvalidProfilesException>(() => test.Catalog).Problems.ShouldHaveSingleItem().Message.ShouldStartWith("is not a known setting");
    }

    [Fact]
    public async Task Reload_SectionOfOneMorePolicy_AppliesToTheNextCall()
    {
        using TestResilience test = Toy("Toy:MaxCalls=1", "Toy:WarnFrom=1");
        await test.RunAsync(test.Work().Answers());
        await test.FailAsync<NotSupportedException>(test.Work().Answers());

        test.ReloadProfile("Toy:MaxCalls=5");

        (await test.RunAsync(test.Work().Answers())).ShouldNotBeNull();
    }

    [Fact]
    public async Task Instruments_OfOneMorePolicy_AreOnTheMeter()
    {
        using TestResilience test = Toy("Toy:MaxCalls=7");
        _ = test.Resilience;
        Described(test, ToyPipeline.Policy).ShouldBe(ToyPipeline.Policy.Instruments.Select(Described), "before anything has run");

        await test.RunAsync(test.Work().Answers());

        test.Measured.Of("toy_runs").ShouldHaveSingleItem().Value.ShouldBe(1);
        test.Measured.Read("toy_max_calls").ShouldHaveSingleItem().Value.ShouldBe(7);
    }

    [Fact]
    public void Instruments_OfEachPolicy_AreOnTheMeterOnce()
    {
        using TestResilience test = TestResilience.WithProfile();
        _ = test.State;

        foreach (PolicyDescriptor policy in PolicyOrder.All)
            Described(test, policy).ShouldBe(policy.Instruments.Select(Described));
        test.Measured.Published.ShouldBeUnique();
    }

    private static IEnumerable<string> Described(TestResilience test, PolicyDescriptor policy) =>
        policy.Instruments.Select(instrument => test.Measured.Instruments[instrument.Name]).Select(static found =>
            $"{found.Name} {(found is Counter<long> ? "counter" : "gauge")}: {found.Description}");

    private static string Described(PolicyInstrument instrument) =>
        $"{instrument.Name} {(instrument.Read is null ? "counter" : "gauge")}: {instrument.Description}";

    private static TestResilience Toy(params string[] settings) => Toy(before: "AttemptTimeout", settings);

    private static TestResilience Toy(string before, string[] settings)
    {
        List<PolicyDescriptor> policies = [.. PolicyOrder.All];
        policies.Insert(policies.FindIndex(policy => policy.Name == before), ToyPipeline.Policy);
        return With(policies, settings);
    }

    private static TestResilience With(IReadOnlyList<PolicyDescriptor> policies, string[] settings) => TestResilience.Configured(
        builder => builder.Services.Replace(ServiceDescriptor.Singleton(provider => new PolicyOrder(policies, provider.GetRequiredService<CustomPolicies>()))),
        settings);
}
