using System.Globalization;
using MassTransit;
using MassTransit.Middleware;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>What the copy in the error queue says of how the profile dealt with a message.</summary>
public sealed class ErrorCopyTests
{
    private readonly Callee _callee = new() { Behaviour = Callee.Fails };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Publish_EveryAttemptFails_CopyTellsTheStory()
    {
        _callee.Behaviour = _ => throw new InvalidOperationException(_callee.Calls == 1 ? "first" : "later");
        DateTimeOffset before = TimeProvider.System.GetUtcNow();

        Headers error = await FailAsync();

        Text(error, "Resilience-Profile").ShouldBe("user");
        Text(error, "Resilience-Operation").ShouldBe("ask");
        Text(error, "Resilience-Reason").ShouldBe("Failed");
        Text(error, "Resilience-Attempts").ShouldBe("4");
        Text(error, "Resilience-Held").ShouldBeNull();
        string[] first = Text(error, "Resilience-First-Failure").ShouldNotBeNull().Split(' ', 2);
        DateTimeOffset.Parse(first[0], CultureInfo.InvariantCulture).ShouldBeInRange(before, TimeProvider.System.GetUtcNow());
        first[1].ShouldBe("System.InvalidOperationException: first");
        Text(error, MessageHeaders.FaultMessage).ShouldBe("later");
    }

    [Fact]
    public async Task Publish_ConsumerTooLong_CopySaysTimedOut()
    {
        _callee.Behaviour = static context => new TaskCompletionSource().Task.WaitAsync(context.CancellationToken);

        Headers error = await FailAsync("user:Retry:MaxRetries=1", "user:Timeout:AttemptTimeout=00:00:00.050");

        Text(error, "Resilience-Reason").ShouldBe("TimedOut");
        Text(error, "Resilience-Attempts").ShouldBe("2");
        Text(error, "Resilience-First-Failure").ShouldNotBeNull().ShouldContain("00:00:00.05");
    }

    [Fact]
    public async Task Publish_MessageItselfIsWrong_CopySaysSo()
    {
        _callee.Behaviour = static _ => throw new FormatException("no number");

        Headers error = await FailAsync();

        Text(error, "Resilience-Reason").ShouldBe("CallerMistake");
        Text(error, "Resilience-Attempts").ShouldBe("1");
    }

    [Fact]
    public async Task Publish_FirstFailureIsLong_IsCut()
    {
        _callee.Behaviour = static _ => throw new InvalidOperationException(new string('x', 100_000));

        Headers error = await FailAsync();

        Text(error, "Resilience-First-Failure").ShouldNotBeNull().Length.ShouldBe(1000);
    }

    [Fact]
    public async Task Publish_ExceptionWhoseMessageThrows_StillEndsInTheErrorQueue()
    {
        _callee.Behaviour = static _ => throw new SilentException();

        Headers error = await FailAsync();

        Text(error, "Resilience-First-Failure").ShouldNotBeNull().ShouldContain(nameof(SilentException));
    }

    [Theory]
    [InlineData("bus")]
    [InlineData("endpoint")]
    [InlineData("definition")]
    public async Task Publish_AnyRegistration_CopyNamesItsProfile(string registration)
    {
        await using TestBus bus = await TestBus.StartAsync(
            bus =>
            {
                bus.AddSingleton(_callee);
                if (registration == "definition")
                    bus.AddConsumer<AskConsumer, AskDefinition>();
                else if (registration == "bus")
                    bus.AddConsumer<AskConsumer>().Endpoint(static endpoint => endpoint.Name = "ask");
            },
            (context, memory) =>
            {
                if (registration == "endpoint")
                {
                    memory.ReceiveEndpoint("ask", endpoint =>
                    {
                        endpoint.UseMessagingResilience(context, "session");
                        endpoint.Handler<Ask>(_callee.ConsumeAsync);
                    });
                }
            },
            watch: "ask",
            protectConsumers: registration == "bus");

        Headers error = await FailAsync(bus);

        Text(error, "Resilience-Profile").ShouldBe(registration == "bus" ? "user" : "session");
    }

    [Fact]
    public async Task Publish_HostHasAnErrorPipeOfItsOwn_BothHaveTheirSay()
    {
        await using TestBus bus = await StartAsync(static error =>
        {
            error.UseFilter(new GenerateFaultFilter());
            error.UseExecute(static context => context.ExceptionHeaders.Set("Team", "sessions"));
            error.UseFilter(new ErrorTransportFilter());
        });

        Headers error = await FailAsync(bus);

        Text(error, "Team").ShouldBe("sessions");
        Text(error, "Resilience-Reason").ShouldBe("Failed");
    }

    [Fact]
    public async Task Publish_HostDiscardsErrors_NothingIsMoved()
    {
        await using TestBus bus = await StartAsync(static error => error.UseFilter(new DiscardErrorTransportFilter()));

        await bus.Bus.Publish(new Ask("x"), Token);

        (await bus.DeadLettersAsync("ask")).Errors.ShouldBeEmpty();
    }

    private static string? Text(Headers headers, string key) => headers.TryGetHeader(key, out object? value) ? value.ToString() : null;

    private static async Task<Headers> FailAsync(TestBus bus)
    {
        await bus.Bus.Publish(new Ask("x"), Token);
        return (await bus.DeadLettersAsync("ask")).Errors.ShouldHaveSingleItem();
    }

    private async Task<Headers> FailAsync(params string[] settings)
    {
        await using TestBus bus = await StartAsync(settings: settings);
        return await FailAsync(bus);
    }

    private Task<TestBus> StartAsync(Action<IPipeConfigurator<ExceptionReceiveContext>>? onError = null, string[]? settings = null) =>
        TestBus.StartAsync(
            static _ => { },
            (_, memory) => memory.ReceiveEndpoint("ask", endpoint =>
            {
                if (onError is not null)
                    endpoint.ConfigureError(onError);
                endpoint.Handler<Ask>(_callee.ConsumeAsync);
            }),
            settings: Settings.Of(settings ?? []),
            watch: "ask");

    private sealed class SilentException : Exception
    {
        public override string Message => throw new InvalidOperationException("nothing to say");
    }

    private sealed class AskConsumer(Callee callee) : IConsumer<Ask>
    {
        public Task Consume(ConsumeContext<Ask> context) => callee.ConsumeAsync(context);
    }

    private sealed class AskDefinition : ConsumerDefinition<AskConsumer>
    {
        public AskDefinition() => EndpointName = "ask";

        protected override void ConfigureConsumer(
            IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<AskConsumer> consumerConfigurator, IRegistrationContext context) =>
            endpointConfigurator.UseMessagingResilience(context, "session");
    }
}
