using MassTransit;
using MassTransit.Configuration;
using MassTransit.Transports;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Looks at a bus once it has been built: what cannot work is refused before the first message, and consumers that nothing
/// protects are named, and so are services that have the bus itself.
/// </summary>
internal sealed class RegistrationReview(
    EndpointServices endpoints, ExcludedConsumers excluded, InjectedBuses injected, TransportResilience transport, ILoggerFactory loggers) : IBusInstanceSpecification
{
    private readonly ILogger _logger = loggers.CreateLogger(TransportResilience.LogCategory);

    public IEnumerable<ValidationResult> Validate() => [];

    public void Configure(IBusInstance busInstance)
    {
        IBus bus = busInstance.Bus;
        List<ReviewedConsumer> all = [.. PipeSurvey.Of(bus).Select(consumer => new ReviewedConsumer(consumer, ProfileOf(consumer, bus), WhyLeftOut(consumer, bus)))];
        List<FoundConsumer> found = [.. from reviewed in all where reviewed.LeftOut is null select reviewed.Consumer];

        string[] conflicts = [.. found.Where(static consumer => consumer.IsProtected).SelectMany(consumer => ConflictsOf(consumer, bus)).Distinct()];
        if (conflicts.Length > 0)
            throw new ConfigurationException("These cannot stand beside UseMessagingResilience:" + string.Concat(conflicts.Select(static conflict => $"\n- {conflict}")));

        string[] unprotected = [.. found.Where(static consumer => !consumer.IsProtected).Select(static consumer => consumer.ToString()).Distinct()];
        if (unprotected.Length > 0)
            RegistrationLog.Unprotected(_logger, string.Join(", ", unprotected));

        if (injected.TakeNames() is { Count: > 0 } services)
            RegistrationLog.BusInjected(_logger, string.Join(", ", services));

        var start = new StartReport(all);
        RegistrationLog.Protected(_logger, bus.Address, transport.Service is { } service ? $"'{service}'" : "no service", transport.Environment, start.Covered, start.NotCovered);
    }

    private IEnumerable<string> ConflictsOf(FoundConsumer consumer, IBus bus)
    {
        if (consumer.IsRepeated)
        {
            yield return $"UseMessageRetry, for {consumer}: both repeat, so that the numbers multiply. Remove UseMessageRetry from the bus, "
                + "the endpoint, the consumer or its definition; Retry:MaxRetries of the service profile takes its place.";
        }

        if (consumer.IsRedeliveredInside)
        {
            yield return $"UseScheduledRedelivery or UseDelayedRedelivery inside it, for {consumer}: the first failure would be put off before "
                + "it is repeated or counted. Call UseMessagingResilience after it, on the same bus or endpoint.";
        }

        if (consumer.HasTimeout)
        {
            yield return $"UseTimeout, for {consumer}: it tells the requester of every failed attempt, and fails messages that are held. "
                + "Remove UseTimeout; Timeout:AttemptTimeout of the service profile takes its place.";
        }

        if (consumer.HasOutboxOutside)
        {
            yield return $"an outbox around it, for {consumer}: what a failed attempt sent would be sent all the same. "
                + (consumer.TakesBatches
                    ? "Leave it away from the batch, and on its endpoint call endpoint.UseMessagingResilience(context) and then endpoint.UseInMemoryOutbox(context)."
                    : "Call UseMessagingResilience before it, on the same bus or endpoint.");
        }

        if (PlanOf(consumer, bus) is null)
            yield return $"an endpoint that was configured before it, for {consumer}. Call UseMessagingResilience first.";
    }

    private string? WhyLeftOut(FoundConsumer consumer, IBus bus)
    {
        if (BuiltInConsumers.Includes(consumer.Name))
            return "MassTransit's own";
        return excluded.Includes(consumer.Name) || PlanOf(consumer, bus) is { } plan && (plan.IsExcluded || plan.Excludes(consumer.Message)) ? "excluded" : null;
    }

    // As a message meets them: what the endpoint was told, what the consumer says, what this process or the message is.
    private string? ProfileOf(FoundConsumer consumer, IBus bus) => consumer.Protection is { } filter
        ? filter.Text("service") ?? PlanOf(consumer, bus)?.ServiceOf(consumer.Message) ?? filter.Text("profile")
        : null;

    private EndpointPlan? PlanOf(FoundConsumer consumer, IBus bus) => endpoints.Find(bus.Address, consumer.Endpoint);
}
