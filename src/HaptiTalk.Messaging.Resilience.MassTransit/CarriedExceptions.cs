using System.Reflection;
using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>The exceptions of MassTransit's that say nothing of their own: what counts is what they carry.</summary>
internal static class CarriedExceptions
{
    private static readonly string[] Carriers =
        [.. new[] { typeof(EventExecutionException), typeof(MassTransitApplicationException), typeof(AggregateException), typeof(TargetInvocationException) }.Select(TypeCache.GetShortName)];

    /// <summary>Null where it speaks for itself.</summary>
    public static Exception? By(Exception exception) => exception switch
    {
        // What an activity of a state machine throws, and what a consumer throws with data for the fault.
        EventExecutionException or MassTransitApplicationException => exception.InnerException,

        // What the sending of a request throws; those derived from it speak for themselves.
        RequestException when exception.GetType() == typeof(RequestException) => exception.InnerException,
        _ => null,
    };

    /// <summary>The same for one that another process wrote into a fault: it itself where it speaks for itself.</summary>
    public static ExceptionInfo In(ExceptionInfo exception) =>
        exception.InnerException is { } carried && Carriers.Contains(exception.ExceptionType, StringComparer.Ordinal) ? In(carried) : exception;
}
