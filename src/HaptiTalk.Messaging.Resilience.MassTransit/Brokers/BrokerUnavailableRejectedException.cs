using System.Globalization;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// The broker is away, does not answer, or takes no messages, so this attempt was not sent. It says nothing about the called
/// service, and no circuit breaker counts it.
/// </summary>
public sealed class BrokerUnavailableRejectedException : RejectedException
{
    internal BrokerUnavailableRejectedException(string service, string operation, string broker, string reason, DateTimeOffset since, int attempts)
        : base(Describe(service, operation, broker, reason, since, attempts), service, operation, retryAfter: null, remote: false)
    {
        Broker = broker;
        Reason = reason;
        Since = since;
        Attempts = attempts;
    }

    // Read from another process, which tells no more than that.
    internal BrokerUnavailableRejectedException(string service, string operation, int attempts)
        : base(
            $"'{operation}' of '{Named(service, remote: true)}' was not sent by {By(remote: true)}: its broker is unavailable. {SentBefore(attempts)}",
            service,
            operation,
            retryAfter: null,
            remote: true)
    {
        Broker = "";
        Reason = "";
        Attempts = attempts;
    }

    /// <summary>The broker's address, without credentials. Empty when the refusal came from another process.</summary>
    public string Broker { get; }

    /// <summary>What was noticed. Empty when the refusal came from another process.</summary>
    public string Reason { get; }

    /// <summary>When it was noticed; null when the refusal came from another process.</summary>
    public DateTimeOffset? Since { get; }

    /// <summary>Attempts of the same call that had been sent before: at 0 nothing was, and sending it again is safe.</summary>
    public int Attempts { get; }

    internal override FallbackReason FallbackReason => FallbackReason.BrokerUnavailable;

    private static string Describe(string service, string operation, string broker, string reason, DateTimeOffset since, int attempts) =>
        $"'{operation}' of '{service}' was not sent: broker {broker} is unavailable since {since:O} ({reason}). {SentBefore(attempts)} "
        + "Calls go through again as soon as it is back.";

    private static string SentBefore(int attempts) => attempts == 0
        ? "Nothing was sent."
        : string.Create(CultureInfo.InvariantCulture, $"Sent before: {attempts} {(attempts == 1 ? "attempt" : "attempts")}.");
}
