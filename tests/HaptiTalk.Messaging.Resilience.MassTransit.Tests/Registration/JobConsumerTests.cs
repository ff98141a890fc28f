using MassTransit;
using MassTransit.Contracts.JobService;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>MassTransit's job service repeats and times jobs itself, on endpoints whose definitions nobody can change: it is left alone.</summary>
public sealed class JobConsumerTests : IDisposable
{
    private readonly StartLog _log = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_JobConsumerOnAProtectedBus_RunsItsJobsByItself()
    {
        var completed = new Collected<JobCompleted>();
        await using TestBus bus = await TestBus.StartAsync(
            bus =>
            {
                bus.AddDelayedMessageScheduler();
                bus.AddConsumer<CountingConsumer>();
                bus.AddJobSagaStateMachines();
                bus.SetInMemorySagaRepositoryProvider();
                bus.AddHandler((ConsumeContext<JobCompleted> context) => completed.AddAsync(context)).Endpoint(static endpoint => endpoint.Name = "completed");
            },
            static (_, memory) => memory.UseDelayedMessageScheduler(),
            resilience => resilience.Services.AddLogging(logging => logging.AddProvider(_log)));

        Guid job = await bus.Services.GetRequiredService<IRequestClient<SubmitJob<Count>>>().SubmitJob(new Count { Number = 1 }, Token);
        ConsumeContext<JobCompleted> outcome = await completed.NextAsync(Token);

        outcome.Message.JobId.ShouldBe(job);
        bus.Measured.Sum("executions", ("side", "consumer"), ("operation", "count")).ShouldBe(0);
        _log.Unprotected.ShouldBeEmpty();
    }

    public void Dispose() => _log.Dispose();

    public sealed record Count
    {
        public int Number { get; init; }
    }

    private sealed class CountingConsumer : IJobConsumer<Count>
    {
        public Task Run(JobContext<Count> context) => Task.CompletedTask;
    }
}
