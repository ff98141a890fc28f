using System.Globalization;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// The broker is away, does not answer, or takes no messages, so this attempt was not sent. It says nothing about the called
/// service, and no circuit breaker counts it.
/// </summary>
public sealed class BrokerUnavailableRejectedException : RejectedException
{
    /// <summary>A refusal by this process as the framework throws it, to be thrown by a test in its place.</summary>
    /// <param name="service">The profile that applies.</param>
    /// <param name="operation">What was to be sent.</param>
    /// <param name="broker">The broker's address, without credentials.</param>
    /// <param name="reason">What was noticed.</param>
    /// <param name="since">When it was noticed.</param>
    /// <param name="attempts">Attempts of the same call that had been sent before.</param>
    public BrokerUnavailableRejectedException(
        string service, string operation, string broker, string reason, DateTimeOffset since, int attempts = 0)
        : base(Describe(service, operation, broker, reason, since, attempts), service, operation, retryAfter: null, remote: false)
    {
        Broker = broker;
        Reason = reason;
        Since = since;
        Attempts = attempts;
    }

    /// <summary>A refusal by the called service, which tells no more than this.</summary>
    /// <param name="service">The profile that applied there.</param>
    /// <param name="operation">What was to be sent there.</param>
    /// <param name="attempts">Attempts that had been sent before.</param>
    public BrokerUnavailableRejectedException(string service, string operation, int attempts = 0)
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
