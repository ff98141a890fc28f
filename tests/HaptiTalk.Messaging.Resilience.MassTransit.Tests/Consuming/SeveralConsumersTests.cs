using System.Collections.Concurrent;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Two consumers of one message on one endpoint: what one does is not repeated because the other fails.</summary>
public sealed class SeveralConsumersTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Send_OneOfTwoConsumersFails_TheHealthyOneRunsOnce()
    {
        var runs = new Runs();
        await using TestBus bus = await StartAsync(runs, failures: int.MaxValue);

        await bus.Bus.Publish(new Happened(1), Token);
        DeadLetters left = await bus.DeadLettersAsync("happened");

        runs.Of(nameof(HealthyConsumer)).ShouldBe(1);
        runs.Of(nameof(FailingConsumer)).ShouldBe(4);
        left.Errors.Count.ShouldBe(1);
        left.Skipped.ShouldBeEmpty();
    }

    [Fact]
    public async Task Send_OneOfTwoConsumersRecovers_NothingIsLeft()
    {
        var runs = new Runs();
        await using TestBus bus = await StartAsync(runs, failures: 2);

        await bus.Bus.Publish(new Happened(1), Token);
        DeadLetters left = await bus.DeadLettersAsync("happened");

        runs.Of(nameof(HealthyConsumer)).ShouldBe(1);
        runs.Of(nameof(FailingConsumer)).ShouldBe(3);
        left.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Send_OneRepliesAndTheOtherFails_RequesterKeepsTheReplyAndTheFailureHasItsErrorCopy()
    {
        var callee = new Callee();
        await using TestBus bus = await TestBus.StartAsync(
            static _ => { },
            (_, memory) => memory.ReceiveEndpoint("ask", endpoint =>
            {
                var replied = new TaskCompletionSource();
                endpoint.Handler<Ask>(async context =>
                {
                    await callee.ConsumeAsync(context);
                    replied.TrySetResult();
                });
                endpoint.Handler<Ask>(async _ =>
                {
                    await replied.Task;
                    throw new InvalidOperationException("broken");
                });
            }),
            watch: "ask");

        Response<Answer> reply = await bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token);
        DeadLetters left = await bus.DeadLettersAsync("ask");

        reply.Message.Text.ShouldBe("x");
        callee.Calls.ShouldBe(1);
        left.Errors.Count.ShouldBe(1);
        left.Skipped.ShouldBeEmpty();
    }

    private static Task<TestBus> StartAsync(Runs runs, int failures) => TestBus.StartAsync(
        bus =>
        {
            runs.FailuresLeft = failures;
            bus.AddSingleton(runs);
            bus.AddConsumer<HealthyConsumer>().Endpoint(static endpoint => endpoint.Name = "happened");
            bus.AddConsumer<FailingConsumer>().Endpoint(static endpoint => endpoint.Name = "happened");
        },
        watch: "happened");

    private sealed class Runs
    {
        private readonly ConcurrentQueue<string> _all = new();

        public int FailuresLeft { get; set; }

        public int Of(string consumer) => _all.Count(run => run == consumer);

        public void Add(string consumer) => _all.Enqueue(consumer);
    }

    private sealed class HealthyConsumer(Runs runs) : IConsumer<Happened>
    {
        public Task Consume(ConsumeContext<Happened> context)
        {
            runs.Add(nameof(HealthyConsumer));
            return Task.CompletedTask;
        }
    }

    private sealed class FailingConsumer(Runs runs) : IConsumer<Happened>
    {
        public Task Consume(ConsumeContext<Happened> context)
        {
            runs.Add(nameof(FailingConsumer));
            return runs.FailuresLeft-- > 0 ? throw new InvalidOperationException("broken") : Task.CompletedTask;
        }
    }
}
