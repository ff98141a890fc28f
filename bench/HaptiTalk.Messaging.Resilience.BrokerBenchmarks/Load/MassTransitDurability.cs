using RabbitMQ.Client;
using Wolverine;
using Wolverine.Configuration;
using Wolverine.RabbitMQ.Internal;
using Wolverine.Runtime;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Load;

/// <summary>
/// Makes Wolverine's messages what MassTransit's are: persistent, which they are by themselves only where they pass through a
/// database; and the queue of replies gone with the broker, as MassTransit's is.
/// </summary>
internal sealed class MassTransitDurability : IEndpointPolicy
{
    public void Apply(Endpoint endpoint, IWolverineRuntime runtime)
    {
        if (endpoint is not RabbitMqQueue queue)
            return;
        queue.EnvelopeMapper = new PersistentMapper(new RabbitMqEnvelopeMapper(queue, runtime));
        queue.IsDurable &= !queue.IsUsedForReplies;
    }

    private sealed class PersistentMapper(IRabbitMqEnvelopeMapper mapper) : IRabbitMqEnvelopeMapper
    {
        public void MapEnvelopeToOutgoing(Envelope envelope, IBasicProperties outgoing)
        {
            mapper.MapEnvelopeToOutgoing(envelope, outgoing);
            outgoing.Persistent = true;
        }

        public void MapIncomingToEnvelope(Envelope envelope, IReadOnlyBasicProperties incoming) => mapper.MapIncomingToEnvelope(envelope, incoming);
    }
}
