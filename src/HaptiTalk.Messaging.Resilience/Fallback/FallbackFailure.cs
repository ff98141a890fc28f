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
        if (ReferenceEquals(failure, fallbackFailure))
            return;

        InnerException(failure) = failure.InnerException is { } inner ? new AggregateException(inner, fallbackFailure) : fallbackFailure;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_innerException")]
    private static extern ref Exception? InnerException(Exception exception);
}
