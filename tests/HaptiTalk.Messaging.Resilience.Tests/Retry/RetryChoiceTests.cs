using System.ComponentModel.DataAnnotations;
using System.Runtime.Serialization;
using System.Text.Json;

namespace HaptiTalk.Messaging.Resilience.Tests;

public sealed class RetryChoiceTests
{
    public static TheoryData<Exception> CallerMistakes =>
    [
        new ArgumentException("wrong"),
        new ArgumentNullException("id"),
        new ArgumentOutOfRangeException("id"),
        new FormatException("wrong"),
        new ValidationException("wrong"),
        new NotSupportedException("wrong"),
        new JsonException("wrong"),
        new SerializationException("wrong"),
    ];

    [Theory]
    [MemberData(nameof(CallerMistakes), DisableDiscoveryEnumeration = true)]
    public async Task Execute_CallersMistake_IsNeitherRepeatedNorCounted(Exception mistake)
    {
        using TestResilience test = Test();
        ScriptedWork work = test.Work().Fails(mistake);

        (await test.FailAsync<Exception>(work)).ShouldBeSameAs(mistake);
        work.Attempts.ShouldBe(1);
        test.Circuit.Breaker.FailureCount.ShouldBe(0);
    }

    [Theory]
    [InlineData("NotSupportedException")]
    [InlineData("System.NotSupportedException")]
    [InlineData("SystemException")]
    public async Task Execute_MistakeNamedInHandle_IsRepeated(string name)
    {
        using TestResilience test = Test($"Retry:Handle:0={name}");
        ScriptedWork work = test.Work().Fails(new NotSupportedException()).Answers();
        await test.RunToEndAsync(work);

        work.Attempts.ShouldBe(2);
    }

    [Theory]
    [InlineData("InvalidOperationException")]
    [InlineData("System.InvalidOperationException")]
    [InlineData("Exception")]
    public async Task Execute_FailureNamedInIgnore_IsNotRepeatedButCounted(string name)
    {
        using TestResilience test = Test($"Retry:Ignore:0={name}");
        ScriptedWork work = test.Work().Fails();
        await test.FailAsync<InvalidOperationException>(work);

        work.Attempts.ShouldBe(1);
        test.Circuit.Breaker.FailureCount.ShouldBe(1);
    }

    [Fact]
    public async Task Execute_SubclassOfAnIgnoredType_IsNotRepeated()
    {
        using TestResilience test = Test("Retry:Ignore:0=IOException");
        ScriptedWork work = test.Work().Fails(new FileNotFoundException());
        await test.FailAsync<FileNotFoundException>(work);

        work.Attempts.ShouldBe(1);
    }

    [Fact]
    public async Task Execute_OtherTypeThanIgnored_IsRepeated()
    {
        using TestResilience test = Test("Retry:Ignore:0=IOException", "Retry:Ignore:1=TimeoutException");
        ScriptedWork work = test.Work().Fails().Answers();
        await test.RunToEndAsync(work);

        work.Attempts.ShouldBe(2);
    }

    [Fact]
    public async Task Execute_NamedInBoth_IgnoreWins()
    {
        using TestResilience test = Test("Retry:Handle:0=NotSupportedException", "Retry:Ignore:0=NotSupportedException");
        ScriptedWork work = test.Work().Fails(new NotSupportedException());
        await test.FailAsync<NotSupportedException>(work);

        work.Attempts.ShouldBe(1);
    }

    [Fact]
    public async Task Execute_AttemptTimesOut_IsRepeated()
    {
        using TestResilience test = Test("Timeout:AttemptTimeout=00:00:01");
        ScriptedWork work = test.Work().Hangs().Answers();
        TimeSpan took = await test.RunToEndAsync(work);

        took.ShouldBe(TimeSpan.FromSeconds(1.1));
    }

    private static TestResilience Test(params string[] settings) =>
        TestResilience.WithProfile(["Retry:MaxRetries=3", "Retry:JitterFactor=0", "Timeout:DefaultTimeout=00:00:10", .. settings]);
}
