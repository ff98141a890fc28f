using Polly;

namespace HaptiTalk.Messaging.Resilience.Transport;

/// <summary>
/// A message that was taken from a queue and is not acknowledged yet, and the work on it. <see cref="HoldingEndpoint.ConsumeAsync"/> runs it.
/// </summary>
/// <typeparam name="TResult">What the work results in.</typeparam>
public abstract class ConsumedMessage<TResult> : IWork<TResult, Outcome<TResult>>, IIncomingMessage
{
    /// <summary>Somebody waits for its answer: it is never held, but refused, or left to another instance.</summary>
    public abstract bool IsRequest { get; }

    /// <summary>Cancelled when the transport gives the message up, because its connection is gone or it stops.</summary>
    public abstract CancellationToken CancellationToken { get; }

    /// <summary>How often the queue has had it back (<c>x-delivery-count</c>). Default 0, as where the queue does not count.</summary>
    public virtual long DeliveryCount => 0;

    /// <summary>Where it came from, as the broker knows it. Default null: no other process consumes the same queue.</summary>
    public virtual IQueueConsumer? Consumer => null;

    /// <summary>How long it was held before it ran.</summary>
    public TimeSpan HeldFor { get; internal set; }

    /// <summary>The latest run was the last.</summary>
    internal bool IsOver { get; private set; }

    /// <summary>The refusal by what its consumer calls, for which it is put off; null where there is none.</summary>
    internal RejectedException? Refusal { get; private set; }

    /// <summary>It was its own circuit or bulkhead that refused.</summary>
    internal bool IsRefusedHere { get; private set; }

    internal HoldingEndpoint? Endpoint { get; set; }

    /// <summary>What is known of the run that is to begin now. It is asked for before each.</summary>
    public abstract ExecutionPlan Plan();

    /// <summary>Tries once. A failure comes back in the outcome, or is thrown.</summary>
    /// <param name="execution">The run.</param>
    /// <param name="cancellationToken">Cancelled when the attempt's time is over or the message is given up.</param>
    public abstract ValueTask<Outcome<TResult>> AttemptAsync(Execution execution, CancellationToken cancellationToken);

    /// <summary>A run has ended. Others may follow: it may be put off, or run again.</summary>
    /// <param name="execution">The run. One that has failed may be kept; one that went well is used again for another.</param>
    /// <param name="outcome">How it ended.</param>
    protected virtual void Ended(Execution execution, Outcome<TResult> outcome)
    {
    }

    async ValueTask<bool> IWork<TResult, Outcome<TResult>>.EndedAsync(Execution execution, Outcome<TResult> outcome)
    {
        Ended(execution, outcome);
        Refusal = IsRequest || outcome.Exception is not { } failure || execution.Progress.IsSettled ? null : execution.RefusalIn(failure);
        IsRefusedHere = execution.OwnRefusal is not null;
        return IsOver = IsRequest
            ? execution.OwnRefusal is not CircuitOpenRejectedException || await Endpoint!.IsRefusedAsync(execution, this, isAnswered: outcome.Exception is null).ConfigureAwait(false)
            : Refusal is null;
    }

    Outcome<TResult> IWork<TResult, Outcome<TResult>>.Answer(Outcome<TResult> outcome) => outcome;
}
