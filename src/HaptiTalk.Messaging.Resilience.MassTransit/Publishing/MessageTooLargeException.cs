using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>The broker takes no message of that size from anybody.</summary>
internal sealed class MessageTooLargeException(Uri address, string message) : MessageNotAcknowledgedException(address, message);
