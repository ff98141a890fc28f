namespace HaptiTalk.Messaging.Resilience.Brokers;

/// <summary>There is no broker to test on, or it did not come up; the message says what to do.</summary>
public sealed class BrokerUnavailableException(string message, Exception? innerException = null)
    : Exception(message, innerException);
