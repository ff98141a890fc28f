using System.Diagnostics;
using MassTransit;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>One trace runs from the caller through every attempt and every nested call.</summary>
[Collection(Tracing.Name)]
public sealed class TraceTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetResponse_NestedAndRepeated_EverythingBelongsToTheCallersTrace()
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name is "MassTransit" or nameof(TraceTests),
            Sample = static (ref _) => ActivitySamplingResult.AllData,
        };
        ActivitySource.AddActivityListener(listener);
        using var source = new ActivitySource(nameof(TraceTests));
        var seen = new List<ActivityTraceId?>();
        await using TestBus bus = await TestBus.StartAsync(bus =>
        {
            bus.AddHandler(async (ConsumeContext<Outer> context, IRequestClient<Ask> client) =>
            {
                seen.Add(Activity.Current?.TraceId);
                Response<Answer> reply = await client.GetResponse<Answer>(new Ask("x"), context.CancellationToken);
                if (context.GetRetryAttempt() == 0)
                    throw new InvalidOperationException("once more");
                await context.RespondAsync(reply.Message);
            });
            bus.AddHandler(async (ConsumeContext<Ask> context) =>
            {
                seen.Add(Activity.Current?.TraceId);
                await Callee.Answers(context);
            });
        });

        using Activity caller = source.StartActivity("caller").ShouldNotBeNull();
        await bus.Client<Outer>().GetResponse<Answer>(new Outer("x"), Token);

        seen.Count.ShouldBe(4);
        seen.ShouldAllBe(trace => trace == caller.TraceId);
    }
}
