using System.Runtime.CompilerServices;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Puts the exception of a fallback inside the failure it should have stood in for. The caller then still catches the
/// failure by its own type, which a wrapper would take away, and the log shows both.
/// </summary>
internal static class FallbackFailure
{
    public static void AttachTo(Exception failure, Exception fallbackFailure)
    {
        // Inside itself, an exception cannot be printed; with a cancellation at its root, a bus takes it for a consumer that was stopped.
        if (Reaches(fallbackFailure, failure) || fallbackFailure.GetBaseException() is OperationCanceledException)
            return;

        // One exception object may be thrown again and again: what was attached before makes room.
        Exception? own = failure.InnerException is Attached attached ? attached.Own : failure.InnerException;
        InnerException(failure) = own is null ? fallbackFailure : new Attached(own, fallbackFailure);
    }

    private static bool Reaches(Exception from, Exception to) =>
        ReferenceEquals(from, to)
        || (from is AggregateException several
            ? several.InnerExceptions.Any(inner => Reaches(inner, to))
            : from.InnerException is { } inner && Reaches(inner, to));

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_innerException")]
    private static extern ref Exception? InnerException(Exception exception);

    private sealed class Attached(Exception own, Exception fallbackFailure) : AggregateException(own, fallbackFailure)
    {
        public Exception Own { get; } = own;
    }
}
