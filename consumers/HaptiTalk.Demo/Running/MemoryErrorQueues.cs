using System.Collections.Concurrent;
using MassTransit;

namespace HaptiTalk.Demo;

/// <summary>The in-memory transport throws away what goes to an error queue that nobody has made: here somebody has, and counts.</summary>
internal sealed class MemoryErrorQueues : IErrorQueues
{
    private readonly ConcurrentDictionary<string, long> _counts = new();

    public Task<IReadOnlyDictionary<string, long>> CountAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<string, long>>(new Dictionary<string, long>(_counts));

    public void Add(IInMemoryBusFactoryConfigurator memory, string queue)
    {
        string name = queue + "_error";
        memory.ReceiveEndpoint(name, endpoint =>
        {
            endpoint.ConfigureConsumeTopology = false;
            endpoint.ConfigureDeadLetter(pipe => pipe.UseFilter(new CountFilter(() => _counts.AddOrUpdate(name, 1, (_, count) => count + 1))));
        });
    }

    private sealed class CountFilter(Action count) : IFilter<ReceiveContext>
    {
        public Task Send(ReceiveContext context, IPipe<ReceiveContext> next)
        {
            count();
            return Task.CompletedTask;
        }

        public void Probe(ProbeContext context) => context.CreateFilterScope("errorQueueCount");
    }
}
