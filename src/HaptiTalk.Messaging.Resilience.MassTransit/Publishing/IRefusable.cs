using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>An attempt that ends when the broker refuses its message.</summary>
internal interface IRefusable
{
    void Refuse(MessageNotAcknowledgedException refusal);
}
