namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Which exceptions count, by name and by what the host's code says.</summary>
public sealed class CircuitBreakerChoiceTests
{
    public static TheoryData<Exception> LibraryMistakes =>
    [
        new FluentValidation.ValidationException(),
        new OrderInvalidException(),
        new Ardalis.GuardClauses.NotFoundException(),
        new Vogen.ValueObjectValidationException(),
        new Volo.Abp.Validation.AbpValidationException(),
    ];

    [Theory]
    [MemberData(nameof(LibraryMistakes), DisableDiscoveryEnumeration = true)]
    public async Task Execute_ValidationLibrarysException_IsNeitherRepeatedNorCounted(Exception mistake)
    {
        using TestResilience test = Test();
        ScriptedWork work = test.Work().Fails(mistake);

        (await test.FailAsync<Exception>(work)).ShouldBeSameAs(mistake);
        (work.Attempts, test.Snapshot().FailureCount).ShouldBe((1, 0));
    }

    [Theory]
    [InlineData("FileNotFoundException")]
    [InlineData("System.IO.FileNotFoundException")]
    [InlineData("IOException")]
    public async Task Execute_FailureNamedInIgnore_IsRepeatedButNeverCounts(string name)
    {
        using TestResilience test = Test("CircuitBreaker:FailureThreshold=1", $"CircuitBreaker:Ignore:0={name}");
        ScriptedWork work = test.Work().Fails(new FileNotFoundException());
        await test.FailAsync<FileNotFoundException>(work);

        (work.Attempts, test.Snapshot().FailureCount, test.Snapshot().CircuitState).ShouldBe((2, 0, CircuitState.Closed));
    }

    [Fact]
    public async Task Execute_IgnoredWhileHalfOpen_NeitherClosesNorOpens()
    {
        using TestResilience test = Test(
            "CircuitBreaker:FailureThreshold=1", "CircuitBreaker:HalfOpenMaxCalls=1", "CircuitBreaker:ResetTimeout=00:00:10", "CircuitBreaker:Ignore:0=IOException");
        await test.FailAsync<InvalidOperationException>(test.Work().Fails());
        test.Clock.Advance(TimeSpan.FromSeconds(10));
        await test.FailAsync<IOException>(test.Work().Fails(new IOException()));

        test.Snapshot().CircuitState.ShouldBe(CircuitState.HalfOpen);
        await test.RunAsync(test.Work().Answers());
        test.Snapshot().CircuitState.ShouldBe(CircuitState.Closed);
    }

    [Fact]
    public async Task Execute_MistakeNamedInHandle_CountsWithoutBeingRepeated()
    {
        using TestResilience test = Test("CircuitBreaker:Handle:0=ArgumentException");
        ScriptedWork work = test.Work().Fails(new ArgumentNullException("id"));
        await test.FailAsync<ArgumentNullException>(work);

        (work.Attempts, test.Snapshot().FailureCount).ShouldBe((1, 1));
    }

    [Fact]
    public async Task Execute_NamedInBoth_IgnoreWins()
    {
        using TestResilience test = Test("CircuitBreaker:Handle:0=FormatException", "CircuitBreaker:Ignore:0=FormatException");
        await test.FailAsync<FormatException>(test.Work().Fails(new FormatException()));

        test.Snapshot().FailureCount.ShouldBe(0);
    }

    [Fact]
    public async Task Execute_RefusalNamedInHandle_StillDoesNotCount()
    {
        using TestResilience test = Test("CircuitBreaker:Handle:0=Exception");
        await test.FailAsync<CircuitOpenRejectedException>(
            test.Work().Fails(new CircuitOpenRejectedException("auth", "login", CircuitState.Open, since: null, retryAfter: null)));

        test.Snapshot().FailureCount.ShouldBe(0);
    }

    [Fact]
    public async Task ClassifyFailures_NoFailure_IsNeitherRepeatedNorCounted()
    {
        using TestResilience test = Test(builder => builder.ClassifyFailures<IOException>(static failure => failure is not FileNotFoundException));
        ScriptedWork missing = test.Work().Fails(new FileNotFoundException());
        ScriptedWork broken = test.Work().Fails(new IOException());
        await test.FailAsync<FileNotFoundException>(missing);
        test.Snapshot().FailureCount.ShouldBe(0);
        await test.FailAsync<IOException>(broken);

        (missing.Attempts, broken.Attempts, test.Snapshot().FailureCount).ShouldBe((1, 2, 1));
    }

    [Fact]
    public async Task ClassifyFailures_MistakeThatIsAFailure_IsRepeatedAndCounted()
    {
        using TestResilience test = Test(static builder => builder.ClassifyFailures<FormatException>(static _ => true));
        ScriptedWork work = test.Work().Fails(new FormatException());
        await test.FailAsync<FormatException>(work);

        (work.Attempts, test.Snapshot().FailureCount).ShouldBe((2, 1));
    }

    [Theory]
    [InlineData("auth", 1)]
    [InlineData("USER", 0)]
    public async Task ClassifyFailures_ForAService_IsSaidForThatAlone(string service, int counted)
    {
        using TestResilience test = Test(builder => builder.ClassifyFailures<IOException>(static _ => false, service));
        await test.FailAsync<IOException>(test.Work().Fails(new IOException()));

        test.Snapshot().FailureCount.ShouldBe(counted);
    }

    [Fact]
    public async Task ClassifyFailures_SeveralThatFit_TheLastDecides()
    {
        using TestResilience test = Test(static builder => builder
            .ClassifyFailures<IOException>(static _ => true)
            .ClassifyFailures<Exception>(static _ => false));
        await test.FailAsync<IOException>(test.Work().Fails(new IOException()));

        test.Snapshot().FailureCount.ShouldBe(0);
    }

    [Fact]
    public async Task ClassifyFailures_NamedBySettings_TheyWin()
    {
        using TestResilience test = Test(
            static builder => builder.ClassifyFailures<IOException>(static _ => false).ClassifyFailures<InvalidOperationException>(static _ => true),
            "CircuitBreaker:Handle:0=IOException",
            "CircuitBreaker:Ignore:0=InvalidOperationException");
        await test.FailAsync<InvalidOperationException>(test.Work().Fails());
        test.Snapshot().FailureCount.ShouldBe(0);
        await test.FailAsync<IOException>(test.Work().Fails(new IOException()));

        test.Snapshot().FailureCount.ShouldBe(1);
    }

    [Fact]
    public async Task ClassifyFailures_Throws_HasSaidNothingAndIsLoggedOnce()
    {
        using TestResilience test = Test(static builder => builder.ClassifyFailures<IOException>(static _ => throw new InvalidOperationException("a broken rule")));
        ScriptedWork work = test.Work().Fails(new IOException());
        await test.FailAsync<IOException>(work);

        (work.Attempts, test.Snapshot().FailureCount).ShouldBe((2, 1));
        LogEntry line = test.Log.Entries.Where(entry => entry.Message.Contains("ClassifyFailures")).ShouldHaveSingleItem();
        line.Message.ShouldBe("What ClassifyFailures was given for IOException threw, so it has decided nothing. How often since the last such line: 1.");
        line.Exception.ShouldNotBeNull().Message.ShouldBe("a broken rule");
    }

    [Fact]
    public async Task ClassifyFailures_CarriedByAnother_IsAskedAboutWhatIsCarried()
    {
        using TestResilience test = Test(static builder => builder.ClassifyFailures<IOException>(static _ => false));
        await test.FailAsync<AggregateException>(test.Work().Fails(new AggregateException(new IOException())));

        test.Snapshot().FailureCount.ShouldBe(0);
    }

    private static TestResilience Test(params string[] settings) => Test(static _ => { }, settings);

    private static TestResilience Test(Action<IMessagingResilienceBuilder> configure, params string[] settings) =>
        TestResilience.Configured(configure, ["Retry:MaxRetries=1", "Retry:JitterFactor=0", "Timeout:DefaultTimeout=00:00:10", .. settings]);
}
