using MassTransit;
using MassTransit.Context;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>A consumer's failure.</summary>
/// <param name="Consumer">Who failed, as MassTransit names it.</param>
/// <param name="Failure">How.</param>
internal abstract record ConsumerFault(string Consumer, Exception Failure)
{
    /// <summary>Tells MassTransit.</summary>
    /// <param name="delivery">What was consumed.</param>
    /// <param name="duration">How long it took.</param>
    /// <param name="failure">What the delivery failed with in the end.</param>
    /// <param name="isHeard">Whether a fault is sent to who waits for it.</param>
    public abstract Task NotifyAsync(ConsumeContext delivery, TimeSpan duration, Exception failure, bool isHeard);
}

// The message is what the consumer says has failed: it may know it by a type other than the one it was handed.
internal sealed record ConsumerFault<T>(T Message, string Consumer, Exception Failure) : ConsumerFault(Consumer, Failure)
    where T : class
{
    public override Task NotifyAsync(ConsumeContext delivery, TimeSpan duration, Exception failure, bool isHeard)
    {
        // Outside the attempt, which speaks no more.
        ConsumeContext<T> failed = delivery as ConsumeContext<T> ?? new MessageConsumeContext<T>(delivery, Message);
        return isHeard
            ? failed.NotifyFaulted(duration, Consumer, failure)
            : delivery.ReceiveContext.NotifyFaulted(failed, duration, Consumer, failure);
    }
}
