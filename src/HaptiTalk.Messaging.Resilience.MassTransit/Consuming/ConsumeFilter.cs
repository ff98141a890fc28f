using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Runs the consumers of one message type under a service's profile.</summary>
internal sealed class ConsumeFilter<T>(ConsumeProtection protection, ConsumeBinding binding) : IFilter<ConsumeContext<T>>
    where T : class
{
    // As a rule messages of one type come from one endpoint.
    private volatile Origin? _latest;

    public Task Send(ConsumeContext<T> context, IPipe<ConsumeContext<T>> next)
    {
        Uri address = context.ReceiveContext.InputAddress;
        Origin origin = _latest is { } latest && ReferenceEquals(latest.Address, address) ? latest : _latest = OriginAt(address);
        return origin.Operation is { } operation ? ConsumeAsync(context, next, operation, origin) : next.Send(context);
    }

    public void Probe(ProbeContext context)
    {
        ProbeContext scope = context.CreateFilterScope("messagingResilience");
        if (binding.Service is { } named)
            scope.Add("service", named);
        scope.Add("profile", protection.ServiceOf(BatchMessage.TypeIn(typeof(T)) ?? typeof(T), binding.Service));
    }

    private async Task ConsumeAsync(ConsumeContext<T> context, IPipe<ConsumeContext<T>> next, OperationState operation, Origin origin)
    {
        if (RequestDeadline.HasPassed(context, operation.Profile.Timeout, protection.Clock))
        {
            operation.ReportExpired();
            await context.NotifyConsumed(TimeSpan.Zero, "expired").ConfigureAwait(false);
            return;
        }

        var delivery = new Delivery<T>(context, next, operation, origin.Sender!, protection);
        await delivery.EndAsync(await origin.Endpoint!.ConsumeAsync(protection.Runner, operation, delivery).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private Origin OriginAt(Uri address) => binding.OperationFor(address, typeof(T), protection) is { } operation
        ? new(address, operation, protection.Sending.Of(address, operation.Service), protection.Endpoints.Of(address))
        : new(address, Operation: null, Sender: null, Endpoint: null);

    /// <summary>Where messages come from, and what protects them: nothing where there is no operation.</summary>
    private sealed record Origin(Uri Address, OperationState? Operation, Sender? Sender, HoldingEndpoint? Endpoint);
}
