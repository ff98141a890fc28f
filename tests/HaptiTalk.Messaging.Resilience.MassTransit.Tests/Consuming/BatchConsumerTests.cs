using System.Collections.Concurrent;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>A batch is one execution: repeated as a whole, held as a whole, given back as a whole. Its messages fail one by one, at the very end.</summary>
public sealed class BatchConsumerTests
{
    private const int Size = 3;

    private readonly Batches _batches = new();
    private readonly SentFaults<Happened> _faults = new();
    private readonly FakeTimeProvider _clock = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Send_BatchSucceeds_IsOneExecution()
    {
        await using TestBus bus = await StartAsync();

        await PublishAsync(bus);
        DeadLetters left = await bus.DeadLettersAsync("happened", Size);

        _batches.Seen.ShouldHaveSingleItem().Numbers.ShouldBe([1, 2, 3], ignoreOrder: true);
        bus.Measured.Sum("executions", ("side", "consumer"), ("service", "user"), ("operation", "happened")).ShouldBe(1);
        left.Errors.ShouldBeEmpty();
        left.Skipped.ShouldBeEmpty();
    }

    [Fact]
    public async Task Send_BatchFailsTwice_IsRepeatedWholeWithANewScopeAndConsumer()
    {
        _batches.FailuresLeft = 2;
        await using TestBus bus = await StartAsync();

        await PublishAsync(bus);
        DeadLetters left = await bus.DeadLettersAsync("happened", Size);

        _batches.Seen.Count.ShouldBe(3);
        _batches.Seen.ShouldAllBe(batch => batch.Numbers.Count == Size);
        _batches.Seen.Select(static batch => batch.Scope).Distinct().Count().ShouldBe(3);
        _batches.Seen.Select(static batch => batch.Attempt).ShouldBe([0, 1, 2]);
        _faults.All.ShouldBeEmpty();
        left.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Send_BatchAlwaysFails_EachMessageHasOneFaultAndOneErrorCopyAtTheEnd()
    {
        _batches.FailuresLeft = int.MaxValue;
        await using TestBus bus = await StartAsync();

        await PublishAsync(bus);
        DeadLetters left = await bus.DeadLettersAsync("happened", Size);

        _batches.Seen.Count.ShouldBe(4);
        _faults.All.Select(static fault => fault.Message.Number).ShouldBe([1, 2, 3], ignoreOrder: true);
        left.Skipped.ShouldBeEmpty();
        left.Errors.Count.ShouldBe(Size);
        foreach (Headers error in left.Errors)
        {
            error.TryGetHeader(MessageHeaders.FaultRetryCount, out object? retries).ShouldBeTrue();
            retries!.ToString().ShouldBe("3");
            error.TryGetHeader(MessageHeaders.FaultMessage, out object? message).ShouldBeTrue();
            message.ShouldBe("broken");
            error.TryGetHeader("Resilience-Attempts", out object? attempts).ShouldBeTrue();
            attempts!.ToString().ShouldBe("4");
        }
    }

    [Fact]
    public async Task Send_ConsumerCancelsItself_IsAFailure()
    {
        _batches.Behaviour = static _ => throw new TaskCanceledException("the consumer's own");
        await using TestBus bus = await StartAsync();

        await PublishAsync(bus);

        (await bus.DeadLettersAsync("happened", Size)).Errors.Count.ShouldBe(Size);
        _faults.All.Count.ShouldBe(Size);
    }

    [Fact]
    public async Task Send_ConsumerHangsAndHonoursItsToken_IsRepeated()
    {
        _batches.Behaviour = context => _batches.Seen.Count == 1
            ? new TaskCompletionSource().Task.WaitAsync(context.CancellationToken)
            : Task.CompletedTask;
        await using TestBus bus = await StartAsync(settings: ["user:Timeout:AttemptTimeout=00:00:00.100"]);

        await PublishAsync(bus);
        DeadLetters left = await bus.DeadLettersAsync("happened", Size);

        _batches.Seen.Count.ShouldBe(2);
        left.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Publish_ByAFailedAttemptWithTheInMemoryOutbox_IsDiscarded()
    {
        var published = new Collected<Unassigned>();
        _batches.FailuresLeft = 1;
        _batches.Behaviour = static context => context.Publish(new Unassigned(context.GetRetryAttempt().ToString(Thread.CurrentThread.CurrentCulture)));
        await using TestBus bus = await StartAsync(static (context, memory) => memory.UseInMemoryOutbox(context), published: published);

        await PublishAsync(bus);
        await bus.DeliveredAsync("happened", Size);

        (await published.NextAsync(Token)).Message.Text.ShouldBe("1");
        published.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Send_RequestsInABatch_EachIsAnsweredAndTheBatchIsNoRequest()
    {
        _batches.FailuresLeft = 1;
        _batches.Behaviour = static context => Task.WhenAll(context.Message.Select(
            message => message.RespondAsync(new Answer($"{message.Message.Number} at {context.GetRetryAttempt()}"))));
        await using TestBus bus = await StartAsync();

        Response<Answer>[] replies = await Task.WhenAll(Enumerable.Range(1, Size).Select(
            number => bus.Client<Happened>().GetResponse<Answer>(new Happened(number), Token)));
        DeadLetters left = await bus.DeadLettersAsync("happened", Size);

        replies.Select(static reply => reply.Message.Text).ShouldBe(["1 at 0", "2 at 0", "3 at 0"]);
        _batches.Seen.Count.ShouldBe(2);
        left.Errors.ShouldBeEmpty();
        bus.Measured.Sum("late_replies").ShouldBe(0);
    }

    [Fact]
    public async Task Send_ExpiredRequest_DoesNotComeIntoTheBatch()
    {
        await using TestBus bus = await StartAsync(clock: new FakeTimeProvider(TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(2)));

        using RequestHandle<Happened> late = bus.Bus.CreateRequestClient<Happened>(RequestTimeout.After(m: 1)).Create(new Happened(0), Token);
        Task<Response<Answer>> nobodyAnswers = late.GetResponse<Answer>();
        await bus.DeliveredAsync("happened");
        await PublishAsync(bus);
        DeadLetters left = await bus.DeadLettersAsync("happened", Size + 1);

        _batches.Seen.ShouldHaveSingleItem().Numbers.ShouldBe([1, 2, 3], ignoreOrder: true);
        nobodyAnswers.IsCompleted.ShouldBeFalse();
        bus.Measured.Sum("expired_messages", ("side", "consumer"), ("operation", "happened")).ShouldBe(1);
        left.Errors.ShouldBeEmpty();
        left.Skipped.ShouldBeEmpty();
    }

    [Fact]
    public async Task Send_BreakerOpen_BatchIsHeldWholeUntilItHalfOpens()
    {
        _batches.FailuresLeft = 1;
        await using TestBus bus = await StartAsync(breaker: true);
        await OpenAsync(bus);

        await PublishAsync(bus, from: 4);
        await bus.TakenAsync("happened", Size * 2);
        _batches.Seen.Count.ShouldBe(1);
        _clock.Advance(TimeSpan.FromMinutes(1));
        DeadLetters left = await bus.DeadLettersAsync("happened", Size * 2);

        _batches.Seen.Count.ShouldBe(2);
        _batches.Seen.Last().Numbers.ShouldBe([4, 5, 6], ignoreOrder: true);
        left.Errors.Count.ShouldBe(Size, "only the batch that opened the breaker failed");
        left.Skipped.ShouldBeEmpty();
    }

    [Fact]
    public async Task StopAsync_BatchHeld_IsGivenBackWithoutAFault()
    {
        _batches.FailuresLeft = 1;
        await using TestBus bus = await StartAsync(breaker: true);
        await OpenAsync(bus);
        await PublishAsync(bus, from: 4);
        await bus.TakenAsync("happened", Size * 2);

        await bus.StopAsync().WaitAsync(TimeSpan.FromSeconds(15), TimeProvider.System, Token);

        _batches.Seen.Count.ShouldBe(1);
        _faults.All.Count.ShouldBe(Size, "those of the batch that opened the breaker");
    }

    [Fact]
    public async Task Start_AnotherEndpointConsumesTheMessagesOneByOne_EachHasItsOwn()
    {
        int single = 0;
        _batches.FailuresLeft = 1;
        await using TestBus bus = await StartAsync((_, memory) => memory.ReceiveEndpoint("single", endpoint => endpoint.Handler<Happened>(_ =>
        {
            Interlocked.Increment(ref single);
            return Task.CompletedTask;
        })));

        await PublishAsync(bus);
        await bus.DeliveredAsync("happened", Size);
        await bus.DeliveredAsync("single", Size);

        _batches.Seen.Count.ShouldBe(2, "no message of it was repeated by itself");
        single.ShouldBe(Size);
        bus.Measured.Sum("executions", ("side", "consumer"), ("result", "success")).ShouldBe(Size + 1);
    }

    [Fact]
    public async Task Start_OneEndpointConsumesTheMessagesBothWays_IsRefused()
    {
        ConfigurationException refused = await Refusal.OfAsync(TestBus.StartAsync(
            bus =>
            {
                bus.AddSingleton(_batches);
                bus.AddScoped<Scope>();
                bus.AddConsumer<BatchConsumer>();
            },
            static (context, memory) => memory.ReceiveEndpoint("happened", endpoint =>
            {
                endpoint.ConfigureConsumer<BatchConsumer>(context);
                endpoint.Handler<Happened>(static _ => Task.CompletedTask);
            })));

        refused.Message.ShouldContain("of which only BatchConsumer takes them in batches");
    }

    [Fact]
    public async Task UseMessageRetry_OnABatchConsumer_IsRefused()
    {
        ConfigurationException refused = await Refusal.OfAsync(
            StartAsync(static (_, memory) => memory.UseMessageRetry(static retry => retry.Immediate(1))));

        refused.Message.ShouldContain("UseMessageRetry, for ");
        refused.Message.ShouldContain("BatchConsumer on endpoint happened");
    }

    private static async Task PublishAsync(TestBus bus, int from = 1)
    {
        for (int number = from; number < from + Size; number++)
            await bus.Bus.Publish(new Happened(number), Token);
    }

    private static async Task OpenAsync(TestBus bus)
    {
        await PublishAsync(bus);
        await bus.DeliveredAsync("happened", Size);
        bus.Snapshot(ResilienceSide.Consumer).CircuitState.ShouldBe(CircuitState.Open);
    }

    private async Task<TestBus> StartAsync(
        Action<IBusRegistrationContext, IInMemoryBusFactoryConfigurator>? factory = null,
        string[]? settings = null,
        bool breaker = false,
        Collected<Unassigned>? published = null,
        TimeProvider? clock = null)
    {
        clock ??= breaker ? _clock : TimeProvider.System;
        TestBus bus = await TestBus.StartAsync(
            bus =>
            {
                bus.AddSingleton(clock);
                bus.AddSingleton(_batches);
                bus.AddScoped<Scope>();
                bus.AddConsumer<BatchConsumer>(static consumer => consumer.Options<BatchOptions>(static batch => batch
                    .SetMessageLimit(Size).SetTimeLimit(TimeSpan.FromHours(1)))).Endpoint(static endpoint => endpoint.Name = "happened");
                if (published is not null)
                    bus.AddHandler((ConsumeContext<Unassigned> context) => published.AddAsync(context));
            },
            factory,
            settings: Settings.Of(breaker
                ? ["user:Retry:MaxRetries=0", "user:CircuitBreaker:FailureThreshold=1", "user:CircuitBreaker:HalfOpenMaxCalls=1", "user:CircuitBreaker:ResetTimeout=00:01:00"]
                : settings ?? []),
            watch: "happened");
        _faults.Connect(bus.Bus);
        return bus;
    }

    private sealed record SeenBatch(List<int> Numbers, int Attempt, object Scope);

    private sealed class Scope;

    private sealed class Batches
    {
        private int _failuresLeft;

        public ConcurrentQueue<SeenBatch> Seen { get; } = new();

        public int FailuresLeft
        {
            set => _failuresLeft = value;
        }

        public Func<ConsumeContext<Batch<Happened>>, Task> Behaviour { get; set; } = static _ => Task.CompletedTask;

        public async Task ConsumeAsync(ConsumeContext<Batch<Happened>> context, object scope)
        {
            Seen.Enqueue(new([.. context.Message.Select(static message => message.Message.Number)], context.GetRetryAttempt(), scope));
            await Behaviour(context);
            if (Interlocked.Decrement(ref _failuresLeft) >= 0)
                throw new InvalidOperationException("broken");
        }
    }

    private sealed class BatchConsumer(Batches batches, Scope scope) : IConsumer<Batch<Happened>>
    {
        public Task Consume(ConsumeContext<Batch<Happened>> context) => batches.ConsumeAsync(context, scope);
    }
}
