using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience;

internal static partial class Log
{
    [LoggerMessage(6, LogLevel.Warning, "No profile '{Service}' is configured; it runs under {Section}:Defaults. Add {Section}:Profiles:{Service} or correct the name.")]
    public static partial void UnknownProfile(ILogger logger, string service, string section);

    [LoggerMessage(7, LogLevel.Error, "The changed configuration is invalid or cannot be read, and was not applied; the last good one stays in force.")]
    public static partial void ReloadFailed(ILogger logger, Exception failure);

    [LoggerMessage(8, LogLevel.Information, "Configuration reloaded: revision {Revision}.")]
    public static partial void Reloaded(ILogger logger, long revision);

    [LoggerMessage(9, LogLevel.Warning, "An observer of {Event} failed or took too long; it missed that event. Further failures of it are logged at most once a minute.")]
    public static partial void EventObserverFailed(ILogger logger, Exception failure, string @event);

    [LoggerMessage(11, LogLevel.Warning, "Endpoint {Endpoint} pauses: the circuit of '{Service}' ({Operation}) did not close while messages were held for {HoldLimit}. They go back to the queue; it resumes when the circuit admits a probe.")]
    public static partial void EndpointPaused(ILogger logger, Uri endpoint, string service, string operation, TimeSpan holdLimit);

    [LoggerMessage(12, LogLevel.Information, "Endpoint {Endpoint} of '{Service}' ({Operation}) takes messages again after {PausedFor}.")]
    public static partial void EndpointResumed(ILogger logger, Uri endpoint, string service, string operation, TimeSpan pausedFor);

    [LoggerMessage(13, LogLevel.Error, "Endpoint {Endpoint} could not be paused or resumed. If its queue has no consumer, restart the process.")]
    public static partial void EndpointStuck(ILogger logger, Exception failure, Uri endpoint);

    [LoggerMessage(14, LogLevel.Warning, "Service '{Service}' has run {Limit} operations of different names; '{Operation}' and all further ones are counted and limited together as '{Other}'. ExecutionOptions.Operation is a kind of work, never an id.")]
    public static partial void TooManyOperations(ILogger logger, string service, int limit, string operation, string other);

    [LoggerMessage(36, LogLevel.Warning, "This process runs {Limit} services that have no profile; '{Service}' and all further ones are counted and limited together as '{Other}'. A service is named after what is called, never after an id.")]
    public static partial void TooManyServices(ILogger logger, int limit, string service, string other);

    [LoggerMessage(35, LogLevel.Warning, "What ClassifyFailures was given for {Exception} threw, so it has decided nothing. How often since the last such line: {Count}.")]
    public static partial void FailureRuleBroken(ILogger logger, Exception failure, string exception, long count);

    [LoggerMessage(60, LogLevel.Information, "'{Operation}' of '{Service}' is put off, because what its consumer calls is refused. Messages put off since the last such line: {Count}, within {Within}. The latest refusal: {Refusal}")]
    public static partial void PutOff(ILogger logger, string operation, string service, long count, TimeSpan within, string refusal);

    [LoggerMessage(61, LogLevel.Warning, "Endpoint {Endpoint} stands aside: the circuit of '{Service}' ({Operation}) is open. Others that consume its queue: {Others}. It comes back when the circuit admits a probe, or when nobody consumes any longer.")]
    public static partial void EndpointStoodAside(ILogger logger, Uri endpoint, string service, string operation, int others);

    [LoggerMessage(10, LogLevel.Warning, "{Who} changed '{Service}': {Change}; before: {Before}; after: {After}; reason: {Reason}.")]
    public static partial void Controlled(
        ILogger logger, string who, string service, string change, string before, string after, string reason);
}
