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

    /// <summary>The types that a fault tells of, as far as each says something of its own.</summary>
    public static IEnumerable<string> TypesIn(Fault fault) =>
        (fault.Exceptions ?? []).Where(static exception => exception is not null).Select(static exception => In(exception).ExceptionType ?? "");

    /// <summary>The same for one that another process wrote into a fault: it itself where it speaks for itself.</summary>
    public static ExceptionInfo In(ExceptionInfo exception) =>
        exception.InnerException is { } carried && Carriers.Contains(exception.ExceptionType, StringComparer.Ordinal) ? In(carried) : exception;
}
