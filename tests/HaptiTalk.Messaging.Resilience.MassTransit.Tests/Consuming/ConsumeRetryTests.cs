using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>The traps of repeating a delivery inside a consume filter: an early fault, a shared scope, a swallowed message.</summary>
public sealed class ConsumeRetryTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Send_ConsumerFailsTwiceThenSucceeds_RequesterGetsTheReplyAndNoFault()
    {
        var script = new Script(failures: 2);
        await using TestBus bus = await StartAsync(script);

        Response<Answer> reply = await bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token);

        reply.Message.Text.ShouldBe("x after 2");
        reply.IsFallback().ShouldBeFalse();
        script.Attempts.ShouldBe([0, 1, 2]);
    }

    [Fact]
    public async Task Send_EachAttempt_GetsItsOwnScopeAndConsumer()
    {
        var script = new Script(failures: 2);
        await using TestBus bus = await StartAsync(script);

        await bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token);

        script.Scopes.Distinct().Count().ShouldBe(3);
        script.Consumers.Distinct().Count().ShouldBe(3);
    }

    [Fact]
    public async Task Send_EveryAttemptFails_RequesterGetsOneFaultAndErrorQueueOneCopy()
    {
        var script = new Script(failures: int.MaxValue);
        await using TestBus bus = await StartAsync(script);

        var failure = await Should.ThrowAsync<RequestFaultException>(bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token));

        failure.Fault!.Exceptions[0].Message.ShouldBe("attempt 3");
        script.Attempts.ShouldBe([0, 1, 2, 3]);
        DeadLetters left = await bus.DeadLettersAsync("ask");
        left.Errors.Count.ShouldBe(1);
        left.Skipped.ShouldBeEmpty();
    }

    [Fact]
    public async Task Send_CallersOwnMistake_IsNotRepeated()
    {
        var script = new Script(failures: int.MaxValue, mistake: true);
        await using TestBus bus = await StartAsync(script);

        await Should.ThrowAsync<RequestFaultException>(bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token));

        script.Attempts.ShouldBe([0]);
        bus.Snapshot(ResilienceSide.Consumer).FailureCount.ShouldBe(0);
        bus.Snapshot(ResilienceSide.Client).FailureCount.ShouldBe(0);
    }

    [Fact]
    public async Task Send_ConsumerRepliesThenThrowsThenSucceeds_RequesterGetsTheFirstReplyOnly()
    {
        var script = new Script(failures: 1, replyFirst: true);
        await using TestBus bus = await StartAsync(script);

        Response<Answer> reply = await bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token);
        await script.Succeeded.WaitAsync(Token);

        reply.Message.Text.ShouldBe("x early 0");
        script.Attempts.ShouldBe([0, 1]);
    }

    private static Task<TestBus> StartAsync(Script script) => TestBus.StartAsync(
        bus =>
        {
            bus.AddSingleton(script);
            bus.AddScoped<ScopeMark>();
            bus.AddConsumer<ScriptedConsumer>().Endpoint(endpoint => endpoint.Name = "ask");
        },
        watch: "ask");

    private sealed class ScopeMark;

    private sealed class Script(int failures, bool mistake = false, bool replyFirst = false)
    {
        private readonly TaskCompletionSource _succeeded = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public List<int> Attempts { get; } = [];

        public List<object> Scopes { get; } = [];

        public List<object> Consumers { get; } = [];

        public Task Succeeded => _succeeded.Task;

        public async Task RunAsync(ConsumeContext<Ask> context)
        {
            int attempt = context.GetRetryAttempt();
            Attempts.Add(attempt);
            if (replyFirst)
                await context.RespondAsync(new Answer($"{context.Message.Text} early {attempt}"));
            if (attempt < failures)
                throw mistake ? new ArgumentException("wrong") : new InvalidOperationException($"attempt {attempt}");
            if (!replyFirst)
                await context.RespondAsync(new Answer($"{context.Message.Text} after {attempt}"));
            _succeeded.TrySetResult();
        }
    }

    private sealed class ScriptedConsumer(Script script, ScopeMark scope) : IConsumer<Ask>
    {
        public Task Consume(ConsumeContext<Ask> context)
        {
            script.Scopes.Add(scope);
            script.Consumers.Add(this);
            return script.RunAsync(context);
        }
    }
}
