using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience;

internal static partial class RegistrationLog
{
    [LoggerMessage(20, LogLevel.Warning, "No service profile protects {Consumers}. Call UseMessagingResilience on the bus or on the endpoint. To leave a consumer unprotected, mark it with ExcludeFromMessagingResilience.")]
    public static partial void Unprotected(ILogger logger, string consumers);

    [LoggerMessage(26, LogLevel.Information, "Bus {Bus} of {Service} in {Environment}: {Covered}. Not covered: {NotCovered}.")]
    public static partial void Protected(ILogger logger, Uri bus, string service, string environment, string covered, string notCovered);

    [LoggerMessage(27, LogLevel.Warning, "{Services} have IBus injected: no service profile protects what they publish and send through it. Inject IProtectedBus instead, or IPublishEndpoint where there is a scope.")]
    public static partial void BusInjected(ILogger logger, string services);

    [LoggerMessage(25, LogLevel.Warning, "The test harness has taken the place of the bus, and no service profile protects what it sends. Call bus.AddMessagingResilience() inside AddMassTransitTestHarness.")]
    public static partial void HarnessTookItsPlace(ILogger logger);
}
