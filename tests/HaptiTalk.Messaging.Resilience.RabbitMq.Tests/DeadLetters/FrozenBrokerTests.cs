using HaptiTalk.Messaging.Resilience.Brokers;
using HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Brokers;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.DeadLetters;

[Collection(SharedBrokerOutage.Name)]
public sealed class FrozenBrokerTests(BrokerFixture broker)
{
    [Fact]
    public async Task CountAsync_FrozenBroker_GivesUpWithinItsPatience()
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        DeadLetterInspector inspector = new(DeadLetterAccess.From(new() { Broker = broker.Address, UseManagement = false, AnswerTimeout = TimeSpan.FromSeconds(1) }, TimeProvider.System), PeekCache.None(TimeProvider.System));

        await broker.FreezeAsync(cancellationToken);
        try
        {
            await Should.ThrowAsync<DeadLetterAccessException>(
                () => inspector.CountAsync(["user_error"], cancellationToken).WaitAsync(TimeSpan.FromSeconds(5), cancellationToken));
        }
        finally
        {
            await broker.ThawAsync(cancellationToken);
        }
    }
}
