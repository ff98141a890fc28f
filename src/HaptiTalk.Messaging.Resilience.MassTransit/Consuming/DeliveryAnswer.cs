using MassTransit;
using MassTransit.Events;
using MassTransit.Metadata;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>What a requester, the error queue and the bus are told of how a message ended.</summary>
internal sealed class DeliveryAnswer<T>(ConsumeContext<T> context, OperationState operation, TimeProvider clock)
    where T : class
{
    private readonly long _startedAt = clock.GetTimestamp();

    /// <summary>Lets through one answer.</summary>
    public ReplyGate Gate { get; } = new(operation, context);

    private TimeSpan Elapsed => clock.GetElapsedTime(_startedAt);

    /// <summary>Answers by a fallback, unless somebody has answered.</summary>
    /// <returns>Why nobody could be answered after all; null where somebody was.</returns>
    public async Task<Exception?> FallBackAsync(Execution run, FallbackReply reply)
    {
        if (!Gate.TryEnd())
        {
            Gate.Suppressed();
            return null;
        }

        try
        {
            await context.RespondAsync(reply.Message, reply.Type, Pipe.Execute<SendContext>(
                send => send.Headers.Set(ResilienceHeaders.Fallback, reply.Reason.ToString()))).ConfigureAwait(false);
            return null;
        }
        catch (Exception unsent)
        {
            // Nobody has answered the requester after all: the fault may.
            Gate.Release();
            FallbackTelemetry.Failed(run, operation.Name, unsent);
            FallbackFailure.AttachTo(reply.Failure, unsent);
            return reply.Failure;
        }
    }

    /// <summary>Tells the bus that the message is consumed. An attempt says so itself; without it nobody would have consumed the message.</summary>
    public Task ConsumedAsync(string by) => context.NotifyConsumed(Elapsed, by);

    /// <summary>
    /// Tells the requester why and when to come again. What was to run, or what it needed, did not: nothing is left in the error queue.
    /// </summary>
    public async Task RejectAsync(RejectedException refusal, int depth)
    {
        if (Gate.TryEnd())
        {
            RejectionFault.Mark(refusal, depth);
            ISendEndpoint endpoint = await context.GetFaultEndpoint<T>().ConfigureAwait(false);
            Fault<T> fault = new FaultEvent<T>(
                context.Message, context.MessageId, HostMetadataCache.Host, refusal, MessageTypeCache<T>.MessageTypeNames);
            await endpoint.Send(fault, context.CancellationToken).ConfigureAwait(false);
        }

        await ConsumedAsync(nameof(RejectedException)).ConfigureAwait(false);
    }

    /// <summary>Tells the requester of the failure, and writes on the error copy how the profile has dealt with the message.</summary>
    /// <param name="run">The run that failed.</param>
    /// <param name="told">What the consumer has told the bus of its failure; null where it has told nothing.</param>
    /// <param name="failure">The failure.</param>
    /// <param name="heldFor">How long the message was held before it ran.</param>
    public async Task FaultAsync(Execution run, ConsumerFault? told, Exception failure, TimeSpan heldFor)
    {
        ConsumerFault fault = told ?? new ConsumerFault<T>(context.Message, TypeCache<T>.ShortName, failure);
        context.GetOrAddPayload<RetryContext>(() => new RetryCount(run.Progress.Attempts - 1, failure));
        bool isTold = false;
        try
        {
            // A requester that has its reply gets no fault after it; the error queue still gets its copy.
            bool isHeard = Gate.TryEnd();
            await fault.NotifyAsync(context, Elapsed, failure, isHeard).ConfigureAwait(false);
            isTold = isHeard && RequestDeadline.IsRequest(context);
        }
        finally
        {
            bool isWanted = !isTold || run.Model.Profile.Requests.ErrorCopies == ErrorCopies.Always;
            AnnotatingErrorTransport.Attach(context.ReceiveContext, new FaultHeaders(run, failure, heldFor), isWanted);
        }
    }
}

/// <summary>A reply that stands in for the consumer's.</summary>
/// <param name="Message">The reply.</param>
/// <param name="Type">What it is sent as.</param>
/// <param name="Reason">Why it is used.</param>
/// <param name="Failure">The failure that it stands in for.</param>
internal sealed record FallbackReply(object Message, Type Type, FallbackReason Reason, Exception Failure);
