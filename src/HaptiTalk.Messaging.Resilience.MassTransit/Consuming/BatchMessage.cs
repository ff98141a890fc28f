using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

internal static class BatchMessage
{
    /// <summary>The type of the messages in a batch; null for what is not a batch.</summary>
    public static Type? TypeIn(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Batch<>) ? type.GetGenericArguments()[0] : null;
}
