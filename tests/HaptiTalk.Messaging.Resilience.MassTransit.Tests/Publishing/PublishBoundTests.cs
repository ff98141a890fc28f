using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>A write that hangs and ignores its token, as MassTransit's do while the broker is frozen.</summary>
[Collection(Timed.Name)]
public sealed class PublishBoundTests
{
    private static readonly TimeSpan Total = TimeSpan.FromMilliseconds(400);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Publish_WriteNeverEnds_EndsWithinTheTotalTimeout()
    {
        await using TestBus bus = await StartAsync();
        var endpoint = bus.Services.GetRequiredService<IPublishEndpoint>();

        TimeSpan overtime = await OvertimeAsync(() => endpoint.Publish(new Happened(1), Token));

        overtime.ShouldBeLessThan(Bound.Tolerance);
    }

    [Fact]
    public async Task Send_WriteNeverEnds_EndsWithinTheTotalTimeout()
    {
        await using TestBus bus = await StartAsync();
        ISendEndpoint endpoint = await bus.Services.GetRequiredService<ISendEndpointProvider>().GetSendEndpoint(new Uri("queue:happened"));

        TimeSpan overtime = await OvertimeAsync(() => endpoint.Send(new Happened(1), Token));

        overtime.ShouldBeLessThan(Bound.Tolerance);
    }

    // The first call pays for compiling the path; what is measured is the second.
    private static async Task<TimeSpan> OvertimeAsync(Func<Task> call)
    {
        ExecutionTimeoutException tooLong = await Should.ThrowAsync<ExecutionTimeoutException>(call);
        (tooLong.Service, tooLong.Operation, tooLong.Timeout).ShouldBe(("user", "happened", Total));
        return await Bound.OvertimeAsync(Total, () => Should.ThrowAsync<ExecutionTimeoutException>(call));
    }

    private static async Task<TestBus> StartAsync()
    {
        TestBus bus = await TestBus.StartAsync(static _ => { }, settings: Settings.Of("user:Timeout:DefaultTimeout=00:00:00.400"));
        new FailingBroker<Happened> { Write = static _ => new TaskCompletionSource().Task }.Connect(bus.Bus);
        return bus;
    }
}
