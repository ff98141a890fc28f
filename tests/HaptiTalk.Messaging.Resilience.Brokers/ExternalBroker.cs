namespace HaptiTalk.Messaging.Resilience.Brokers;

/// <summary>A broker that somebody else runs: used as it is, never stopped.</summary>
internal sealed class ExternalBroker(Uri address) : IBroker
{
    public Uri Address => address;

    public Uri Management { get; } = new UriBuilder(address) { Scheme = Uri.UriSchemeHttp, Port = 15672, Path = "/" }.Uri;

    public Uri Metrics { get; } = new UriBuilder(Uri.UriSchemeHttp, address.Host, 15692).Uri;

    public string NodeName => throw NotOurs("one of a cluster");

    public string Description => $"given as {address.Host}:{address.Port}";

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => throw NotOurs("stopped");

    public Task KillAsync(CancellationToken cancellationToken) => throw NotOurs("killed");

    public Task FreezeAsync(CancellationToken cancellationToken) => throw NotOurs("frozen");

    public Task ThawAsync(CancellationToken cancellationToken) => throw NotOurs("thawed");

    public Task BlockAsync(CancellationToken cancellationToken) => throw NotOurs("blocked");

    public Task UnblockAsync(CancellationToken cancellationToken) => throw NotOurs("unblocked");

    public Task EvaluateAsync(string expression, CancellationToken cancellationToken) => throw NotOurs("changed");

    public Task<string> ReadLogAsync(CancellationToken cancellationToken) => Task.FromResult("");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private NotSupportedException NotOurs(string what) => new(
        $"The broker {Description} belongs to somebody else and cannot be {what}. " +
        $"Tests of outages need {BrokerChoice.Variable}=docker or {BrokerChoice.Variable}=local.");
}
