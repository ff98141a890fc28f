using System.Reflection;
using System.Text.Json;
using Polly.Timeout;

namespace HaptiTalk.Messaging.Resilience.Tests;

public sealed class FailureClassifierTests
{
    public static TheoryData<Exception, string> Failures => new()
    {
        { new InvalidOperationException(), nameof(FailureKind.Failure) },
        { new IOException(), nameof(FailureKind.Failure) },
        { new OperationCanceledException(), nameof(FailureKind.Failure) },
        { new TimeoutException(), nameof(FailureKind.Timeout) },
        { new TimeoutRejectedException(), nameof(FailureKind.Timeout) },
        { new CircuitOpenRejectedException("user", "get", CircuitState.Open, since: null, retryAfter: null), nameof(FailureKind.Rejected) },
        { new ArgumentOutOfRangeException("id"), nameof(FailureKind.CallerMistake) },
        { new JsonException(), nameof(FailureKind.CallerMistake) },
        { new PlatformNotSupportedException(), nameof(FailureKind.CallerMistake) },
        { new AggregateException(), nameof(FailureKind.Failure) },
        { new AggregateException(new ArgumentException()), nameof(FailureKind.CallerMistake) },
        { new AggregateException(new ArgumentException(), new IOException()), nameof(FailureKind.Failure) },
        { new AggregateException(new ArgumentException(), new TimeoutException()), nameof(FailureKind.Timeout) },
        { new AggregateException(new AggregateException(new JsonException())), nameof(FailureKind.CallerMistake) },
        { new TargetInvocationException(new FormatException()), nameof(FailureKind.CallerMistake) },
        { new InvalidOperationException("", new FormatException()), nameof(FailureKind.Failure) },
    };

    [Theory]
    [MemberData(nameof(Failures), DisableDiscoveryEnumeration = true)]
    public void Classify_EachException_MeansOneThing(Exception exception, string kind) =>
        FailureClassifier.Default.Classify(exception, CancellationToken.None).ToString().ShouldBe(kind);

    [Fact]
    public async Task Classify_CancellationAfterTheCallerGaveUp_IsTheCallers()
    {
        using var caller = new CancellationTokenSource();
        await caller.CancelAsync();

        FailureClassifier.Default.Classify(new TaskCanceledException(), caller.Token).ShouldBe(FailureKind.Cancelled);
        FailureClassifier.Default.Classify(new InvalidOperationException(), caller.Token).ShouldBe(FailureKind.Failure);
    }

    [Theory]
    [InlineData("System.IO.IOException", true)]
    [InlineData("IOException", true)]
    [InlineData("SystemException", true)]
    [InlineData("AggregateException", true)]
    [InlineData("TargetInvocationException", true)]
    [InlineData("Exception", true)]
    [InlineData("TimeoutException", false)]
    public void IsNamed_CarriedByOthers_IsFoundByItsOwnNameAndByTheirs(string name, bool isNamed) => FailureClassifier.Default
        .IsNamed(new AggregateException(new TargetInvocationException(new IOException())), [name]).ShouldBe(isNamed);

    [Fact]
    public void RejectionIn_CarriedByAnother_IsFound()
    {
        var rejection = new CircuitOpenRejectedException("user", "get", CircuitState.Open, since: null, retryAfter: null);

        FailureClassifier.Default.RejectionIn(new AggregateException(new IOException(), rejection)).ShouldBeSameAs(rejection);
        FailureClassifier.Default.RejectionIn(new IOException("", rejection)).ShouldBeNull();
    }

    [Theory]
    [InlineData("System.ArgumentException", true)]
    [InlineData("System.ArgumentNullException", true)]
    [InlineData("System.Text.Json.JsonException", true)]
    [InlineData("System.ComponentModel.DataAnnotations.ValidationException", true)]
    [InlineData("FluentValidation.ValidationException", true)]
    [InlineData("Ardalis.GuardClauses.NotFoundException", true)]
    [InlineData("ArgumentException", false)]
    [InlineData("System.InvalidOperationException", false)]
    public void IsCallerMistake_NameFromAnotherProcess_IsTold(string exceptionType, bool mistake) =>
        FailureClassifier.Default.IsCallerMistake(exceptionType).ShouldBe(mistake);
}
