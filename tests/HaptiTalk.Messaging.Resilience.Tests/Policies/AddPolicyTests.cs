using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.Tests;

public sealed class AddPolicyTests
{
    [Fact]
    public async Task AddPolicy_SeveralAtOnePosition_StandInTheOrderOfTheirRegistration()
    {
        using TestResilience test = TestResilience.Configured(builder => builder
            .AddPolicy("inner", PolicyPosition.Innermost, new PolicyProbe { Marks = "inner" }.AddTo)
            .AddPolicy("first", PolicyPosition.Outermost, new PolicyProbe { Marks = "first" }.AddTo)
            .AddPolicy("second", PolicyPosition.Outermost, new PolicyProbe { Marks = "second" }.AddTo));

        (await test.RunAsync(test.Work().Answers())).ShouldBe("first(second(inner(real)))");
    }

    [Fact]
    public async Task AddPolicy_EveryPosition_IsInTheOrderOfItsName()
    {
        PolicyPosition[] positions = Enum.GetValues<PolicyPosition>();
        using TestResilience test = TestResilience.Configured(builder =>
        {
            foreach (PolicyPosition position in positions.Reverse())
                builder.AddPolicy($"{position}", position, new PolicyProbe { Marks = $"{position}" }.AddTo);
        });

        (await test.RunAsync(test.Work().Answers())).ShouldBe(
            "Outermost(BeforeBulkhead(BeforeCircuitBreaker(BeforeTimeout(BeforeRetry(BeforeAttempt(Innermost(real)))))))");
    }

    [Fact]
    public async Task AddPolicy_WithContext_IsBuiltOnceForEachStateAndToldWhatItIsFor()
    {
        var built = new List<PolicyContext>();
        using TestResilience test = TestResilience.Configured(
            builder => builder.AddPolicy("probe", PolicyPosition.Outermost, (_, context) => built.Add(context)), "Operations:export:Scope=Operation");
        for (int i = 0; i < 3; i++)
        {
            await test.RunAsync(test.Work().Answers(), new() { Operation = "login" });
            await test.RunAsync(test.Work().Answers(), new() { Operation = "logout" });
            await test.RunAsync(test.Work().Answers(), new() { Operation = "export" });
        }

        test.States.Get(ResilienceSide.Client, "auth", "login");
        built.Select(context => (context.Service, context.Side, context.Operation)).ShouldBe(
        [
            ("user", ResilienceSide.Local, null), ("user", ResilienceSide.Local, "export"), ("auth", ResilienceSide.Client, null),
        ]);
        built.ShouldAllBe(context => context.Services.GetService<IMessagingResilience>() == test.Resilience);
    }

    [Fact]
    public async Task AddPolicy_OneServiceAlone_LeavesTheOthers()
    {
        using TestResilience test = TestResilience.Configured(builder => builder.AddPolicy("probe", PolicyPosition.Outermost, (pipeline, context) =>
        {
            if (context is { Service: "auth", Side: ResilienceSide.Local })
                new PolicyProbe { Marks = "auth" }.AddTo(pipeline);
        }));

        (await test.RunAsync(test.Work().Answers())).ShouldBe("real");
        (await test.Resilience.For("auth").ExecuteAsync(test.Work().Answers().RunAsync, cancellationToken: TestContext.Current.CancellationToken))
            .ShouldBe("auth(real)");
    }

    [Fact]
    public async Task AddPolicy_Running_KnowsTheOperation()
    {
        var probe = new PolicyProbe();
        using TestResilience test = TestResilience.Configured(builder => builder.AddPolicy("probe", PolicyPosition.BeforeRetry, probe.AddTo));
        await test.RunAsync(test.Work().Answers(), new() { Operation = "getProfile" });

        probe.Operation.ShouldBe("getProfile");
    }

    [Fact]
    public async Task AddPolicy_Reload_IsNotBuiltAnew()
    {
        int built = 0;
        using TestResilience test = TestResilience.Configured(builder => builder.AddPolicy("probe", PolicyPosition.Outermost, _ => built++));
        await test.RunAsync(test.Work().Answers());
        test.ReloadProfile("Retry:MaxRetries=1");
        await test.RunAsync(test.Work().Answers());

        built.ShouldBe(1);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(null)]
    public void AddPolicy_NoName_Throws(string? name) => Should.Throw<ArgumentException>(
        () => TestResilience.Configured(builder => builder.AddPolicy(name!, PolicyPosition.Outermost, _ => { }))).ParamName.ShouldBe("name");

    [Fact]
    public void AddPolicy_NameTaken_Throws() => Should.Throw<ArgumentException>(
        () => TestResilience.Configured(builder => builder
            .AddPolicy("audit", PolicyPosition.Outermost, _ => { })
            .AddPolicy("audit", PolicyPosition.Innermost, (_, _) => { }))).Message.ShouldStartWith("There is a policy 'audit' already.");

    [Fact]
    public void AddPolicy_NothingToConfigure_Throws()
    {
        Should.Throw<ArgumentNullException>(
            () => TestResilience.Configured(builder => builder.AddPolicy("audit", PolicyPosition.Outermost, (Action<Polly.ResiliencePipelineBuilder>)null!)))
            .ParamName.ShouldBe("configure");
        Should.Throw<ArgumentNullException>(
            () => TestResilience.Configured(builder => builder.AddPolicy("audit", PolicyPosition.Outermost, (Action<Polly.ResiliencePipelineBuilder, PolicyContext>)null!)))
            .ParamName.ShouldBe("configure");
    }
}
