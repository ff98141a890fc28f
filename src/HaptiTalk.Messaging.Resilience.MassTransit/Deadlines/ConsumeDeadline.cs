using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>The time by which the attempt that consumes a message must be done, and whose time that is.</summary>
internal readonly struct ConsumeDeadline(Execution execution, TimeProvider clock)
{
    private readonly TimeSpan _time = execution.AttemptLeft;
    private readonly long _startedAt = clock.GetTimestamp();

    public TimeSpan Left => _time - clock.GetElapsedTime(_startedAt);

    /// <summary>Who set it, in writing; null where it is that of the message.</summary>
    public string? Owner { get; } = execution.DeadlineOwner;
}

/// <summary>A context that a message must be consumed in before a deadline.</summary>
internal interface IDeadlineContext : IOuterDeadline
{
    ConsumeDeadline Deadline { get; }
}

/// <summary>Reads whose deadline a request stands under.</summary>
internal static class RequestDeadlineOwner
{
    /// <summary>Null where the request does not say.</summary>
    public static string? In(ConsumeContext request) =>
        request.Headers.TryGetHeader(ResilienceHeaders.Deadline, out object? value) ? DeadlineHeader.Read(value?.ToString()) : null;
}
