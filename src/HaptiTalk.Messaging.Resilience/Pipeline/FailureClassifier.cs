using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Runtime.Serialization;
using System.Text.Json;
using Polly.Timeout;

namespace HaptiTalk.Messaging.Resilience.Transport;

/// <summary>Tells what an exception means; a transport derives its own to read what came over the wire.</summary>
public class FailureClassifier
{
    private static readonly string[] MistakeNames =
    [
        .. new[]
        {
            typeof(ArgumentException), typeof(ArgumentNullException), typeof(ArgumentOutOfRangeException), typeof(FormatException),
            typeof(ValidationException), typeof(NotSupportedException), typeof(JsonException), typeof(SerializationException),
        }.Select(type => type.FullName!),
        // What validation and guard libraries throw that derives from none of these.
        "FluentValidation.ValidationException",
        "Ardalis.GuardClauses.NotFoundException",
        "Vogen.ValueObjectValidationException",
        "Volo.Abp.Validation.AbpValidationException",
    ];

    /// <summary>Makes one that knows no more than .NET does.</summary>
    protected FailureClassifier()
    {
    }

    internal static FailureClassifier Default { get; } = new();

    /// <summary>Of several failures that one exception carries, the worst counts.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="callerToken">Tells whether the caller gave up.</param>
    /// <param name="rules">What the host's code says of exceptions; null where it says nothing.</param>
    internal FailureKind Classify(Exception exception, CancellationToken callerToken, FailureRules? rules = null)
    {
        IReadOnlyList<Exception> carried = CarriedBy(exception);
        if (carried.Count == 0)
            return Classified(ClassifyAlone(exception, callerToken), exception, rules);

        FailureKind worst = Classify(carried[0], callerToken, rules);
        for (int i = 1; i < carried.Count; i++)
        {
            if (Classify(carried[i], callerToken, rules) is var kind && kind < worst)
                worst = kind;
        }

        return worst;
    }

    /// <summary>The refusal that an exception is or carries; null for all else.</summary>
    internal RejectedException? RejectionIn(Exception exception) =>
        exception as RejectedException ?? CarriedBy(exception).Select(RejectionIn).FirstOrDefault(static rejection => rejection is not null);

    /// <summary>What an exception is about: what it carries, where it says nothing of its own.</summary>
    internal Exception CauseOf(Exception exception) => CarriedBy(exception) is [var carried, ..] ? CauseOf(carried) : exception;

    /// <summary>What its type is called, with its namespace.</summary>
    /// <param name="exception">The exception.</param>
    protected internal virtual string NameOf(Exception exception) => TypeNames.FullOf(exception.GetType());

    /// <summary>Whether settings name an exception, a base class of it, or one that it carries: with the namespace or without.</summary>
    internal bool IsNamed(Exception exception, IReadOnlyList<string> names) =>
        names.Count > 0 && (IsNamedAlone(exception, names) || CarriedBy(exception).Any(carried => IsNamed(carried, names)));

    /// <summary>Whether a failure is, or carries, that a request got no answer: it may be answered still.</summary>
    internal bool IsUnanswered(Exception exception) => IsUnansweredAlone(exception) || CarriedBy(exception).Any(IsUnanswered);

    /// <summary>What the caller of a run that was too long is told.</summary>
    /// <param name="timeout">What it is told otherwise.</param>
    protected internal virtual Exception TimeoutOf(ExecutionTimeoutException timeout) => timeout;

    /// <summary>Whether an exception of this name, met in another process, would be the caller's own mistake.</summary>
    /// <param name="exceptionType">Its full name.</param>
    protected internal virtual bool IsCallerMistake(string exceptionType) => MistakeNames.Contains(exceptionType, StringComparer.Ordinal);

    /// <summary>What an exception carries that says nothing of its own; nothing where it speaks for itself.</summary>
    /// <param name="exception">The exception.</param>
    protected virtual IReadOnlyList<Exception> CarriedBy(Exception exception) => exception switch
    {
        AggregateException several => several.InnerExceptions,
        TargetInvocationException { InnerException: { } thrown } => [thrown],
        _ => [],
    };

    /// <summary>Whether settings name an exception or a base class of it, whatever it carries.</summary>
    /// <param name="exception">The exception.</param>
    /// <param name="names">Names of types, with the namespace or without.</param>
    protected virtual bool IsNamedAlone(Exception exception, IReadOnlyList<string> names)
    {
        for (Type? type = exception.GetType(); type is not null; type = type.BaseType)
        {
            if (names.Contains(type.Name, StringComparer.Ordinal) || names.Contains(type.FullName, StringComparer.Ordinal))
                return true;
        }

        return false;
    }

    /// <summary>Whether a failure is that a request got no answer, whatever it carries. Default false.</summary>
    /// <param name="exception">The exception.</param>
    protected virtual bool IsUnansweredAlone(Exception exception) => false;

    /// <summary>What an exception means that is none of .NET's or of the framework's that have a meaning of their own.</summary>
    /// <param name="exception">The exception.</param>
    protected virtual FailureKind ClassifyOther(Exception exception)
    {
        for (Type? type = exception.GetType(); type is not null; type = type.BaseType)
        {
            if (IsCallerMistake(type.FullName!))
                return FailureKind.CallerMistake;
        }

        return FailureKind.Failure;
    }

    // Nobody can make a failure of what was refused or given up.
    private static FailureKind Classified(FailureKind kind, Exception exception, FailureRules? rules)
    {
        if (rules is null || kind is FailureKind.Rejected or FailureKind.Cancelled || rules.ShouldHandle(exception) is not { } isFailure)
            return kind;
        if (!isFailure)
            return FailureKind.CallerMistake;
        return kind == FailureKind.CallerMistake ? FailureKind.Failure : kind;
    }

    private FailureKind ClassifyAlone(Exception exception, CancellationToken callerToken) => exception switch
    {
        OperationCanceledException when callerToken.IsCancellationRequested => FailureKind.Cancelled,
        RejectedException => FailureKind.Rejected,
        TimeoutRejectedException or TimeoutException => FailureKind.Timeout,
        ArgumentException or FormatException or ValidationException or NotSupportedException or JsonException or SerializationException
            => FailureKind.CallerMistake,
        _ => ClassifyOther(exception),
    };
}
