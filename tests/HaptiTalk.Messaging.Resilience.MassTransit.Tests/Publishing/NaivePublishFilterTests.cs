using MassTransit;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>MassTransit calls publish and send filters while it makes the message, not around the write: why there is none here.</summary>
public sealed class NaivePublishFilterTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Naive_FilterCallsNextTwice_MessageIsWrittenOnce()
    {
        var filter = new TwiceFilter();
        var broker = new FailingBroker<Happened>();
        await using TestBus bus = await StartAsync(filter);
        broker.Connect(bus.Bus);

        await bus.Bus.Publish(new Happened(1), Token);

        filter.Passes.ShouldBe(2);
        broker.MessageIds.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Naive_WriteFails_FilterNeverLearnsOfIt()
    {
        var filter = new TwiceFilter();
        await using TestBus bus = await StartAsync(filter);
        new FailingBroker<Happened> { Write = FailingBroker.Fails }.Connect(bus.Bus);

        await Should.ThrowAsync<TransportException>(bus.Bus.Publish(new Happened(1), Token));

        filter.Passes.ShouldBe(2);
        filter.Failures.ShouldBe(0);
    }

    private static Task<TestBus> StartAsync(TwiceFilter filter) => TestBus.StartAsync(
        static _ => { }, (_, memory) => memory.ConfigurePublish(publish => publish.UseFilter(filter)), protectConsumers: false);

    private sealed class TwiceFilter : IFilter<PublishContext>
    {
        public int Passes { get; private set; }

        public int Failures { get; private set; }

        public async Task Send(PublishContext context, IPipe<PublishContext> next)
        {
            for (int pass = 0; pass < 2; pass++)
            {
                try
                {
                    await next.Send(context);
                    Passes++;
                }
                catch (TransportException)
                {
                    Failures++;
                    throw;
                }
            }
        }

        public void Probe(ProbeContext context) => context.CreateFilterScope("twice");
    }
}
