using Polly;

namespace HaptiTalk.Messaging.Resilience.Transport;

/// <summary>What is run through the policies.</summary>
/// <typeparam name="TResult">What an attempt results in.</typeparam>
/// <typeparam name="TAnswer">What its caller gets.</typeparam>
public interface IWork<TResult, TAnswer>
{
    /// <summary>Tries once. A failure comes back in the outcome: to throw one costs more than all else in a run.</summary>
    /// <param name="execution">The run.</param>
    /// <param name="cancellationToken">Cancelled when the attempt's time is over or the caller gives up.</param>
    ValueTask<Outcome<TResult>> AttemptAsync(Execution execution, CancellationToken cancellationToken);

    /// <summary>The policies have ended the run.</summary>
    /// <param name="execution">The run. One that has failed may be kept; one that went well is used again for another.</param>
    /// <param name="outcome">How it ended.</param>
    /// <returns>False where the run is to be taken for one that never was, because it will be made again.</returns>
    ValueTask<bool> EndedAsync(Execution execution, Outcome<TResult> outcome);

    /// <summary>Makes what the caller gets of the outcome, or throws what it is to catch. A task throws it once more: hand that the outcome.</summary>
    TAnswer Answer(Outcome<TResult> outcome);
}
