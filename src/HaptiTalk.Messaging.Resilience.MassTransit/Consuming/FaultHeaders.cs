using System.Globalization;
using MassTransit;
using MassTransit.Util;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>What an error copy says beyond what MassTransit writes on it: how the profile dealt with the message.</summary>
internal sealed class FaultHeaders(Execution execution, Exception failure, TimeSpan heldFor)
{
    private const int LongestFirstFailure = 1000;

    public void AddTo(SendHeaders headers)
    {
        headers.Set(ResilienceHeaders.Profile, execution.Operation.Service);
        headers.Set(ResilienceHeaders.Operation, execution.Operation.Name);
        headers.Set(ResilienceHeaders.Reason, ReasonOf(execution.Classify(failure)).ToString());
        headers.Set(ResilienceHeaders.Attempts, execution.Attempts);
        if (execution.FirstFailure is { } first)
            headers.Set(ResilienceHeaders.FirstFailure, Describe(first));
        if (heldFor > TimeSpan.Zero)
            headers.Set(ResilienceHeaders.Held, (long)heldFor.TotalMilliseconds);
    }

    private static FaultReason ReasonOf(FailureKind kind) => kind switch
    {
        FailureKind.Timeout => FaultReason.TimedOut,
        FailureKind.CallerMistake => FaultReason.CallerMistake,
        _ => FaultReason.Failed,
    };

    private static string Describe(FirstFailure first)
    {
        // The innermost exception, as MassTransit takes it for the last failure; but that of a timeout says only that it was cancelled.
        Exception innermost = first.Exception.GetBaseException();
        Exception cause = innermost is OperationCanceledException ? first.Exception : innermost;
        string text = string.Create(CultureInfo.InvariantCulture, $"{first.At.UtcDateTime:O} {TypeCache.GetShortName(cause.GetType())}: {ExceptionUtil.GetMessage(cause)}");
        return text.Length > LongestFirstFailure ? text[..LongestFirstFailure] : text;
    }
}
