using System.ComponentModel.DataAnnotations;
using System.Runtime.Serialization;
using System.Text.Json;
using Polly.Timeout;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Tells what an exception means; a transport derives its own to read what came over the wire.</summary>
internal class FailureClassifier
{
    private static readonly string[] MistakeNames =
    [
        .. new[]
        {
            typeof(ArgumentException), typeof(ArgumentNullException), typeof(ArgumentOutOfRangeException), typeof(FormatException),
            typeof(ValidationException), typeof(NotSupportedException), typeof(JsonException), typeof(SerializationException),
        }.Select(type => type.FullName!),
        "MassTransit.MessageSerializationException",
    ];

    public static FailureClassifier Default { get; } = new();

    public FailureKind Classify(Exception exception, CancellationToken callerToken) => exception switch
    {
        OperationCanceledException when callerToken.IsCancellationRequested => FailureKind.Cancelled,
        RejectedException => FailureKind.Rejected,
        TimeoutRejectedException or TimeoutException => FailureKind.Timeout,
        ArgumentException or FormatException or ValidationException or NotSupportedException or JsonException or SerializationException
            => FailureKind.CallerMistake,
        _ => ClassifyOther(exception),
    };

    /// <summary>Whether an exception of this name, met in another process, would be the caller's own mistake.</summary>
    public static bool IsCallerMistake(string exceptionType) => MistakeNames.Contains(exceptionType, StringComparer.Ordinal);

    protected virtual FailureKind ClassifyOther(Exception exception) =>
        IsCallerMistake(exception.GetType().FullName!) ? FailureKind.CallerMistake : FailureKind.Failure;
}
