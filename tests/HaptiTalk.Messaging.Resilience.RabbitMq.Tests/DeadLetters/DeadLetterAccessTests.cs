using HaptiTalk.Messaging.Resilience.Brokers;
using HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Brokers;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.DeadLetters;

/// <summary>What goes wrong with a broker is always told in the same way, and within its patience.</summary>
[Collection(OwnBroker.Name)]
public sealed class DeadLetterAccessTests(BrokerFixture fixture)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("freeze")]
    [InlineData("kill")]
    public async Task RunAsync_BrokerLostDuringALook_IsAnAccessException(string how)
    {
        await using DeadLetterBroker broker = await DeadLetterBroker.CreateAsync(fixture);
        await broker.DeclareAsync("q_error");
        await broker.FillAsync("q_error", 5);
        QueueScan scan = new(DeadLetterAccess.From(new DeadLetterOptions { Broker = broker.Host.Address, UseManagement = false, AnswerTimeout = Patience }, TimeProvider.System));
        bool isLost = false;
        try
        {
            DeadLetterAccessException failure = await Should.ThrowAsync<DeadLetterAccessException>(() => scan.RunAsync(
                "q_error",
                static _ => (5, long.MaxValue),
                static _ => false,
                async (_, _) =>
                {
                    if (!isLost)
                        await (how == "freeze" ? fixture.FreezeAsync(Token) : fixture.KillAsync(Token));
                    isLost = true;
                    return true;
                },
                Token).WaitAsync(TimeSpan.FromSeconds(60), Token));

            failure.Error.ShouldBe(DeadLetterError.Broker);
        }
        finally
        {
            await (how == "freeze" ? fixture.ThawAsync(CancellationToken.None) : fixture.StartAsync(CancellationToken.None));
        }
    }
}
