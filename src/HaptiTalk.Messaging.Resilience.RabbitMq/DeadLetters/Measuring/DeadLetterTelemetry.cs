namespace HaptiTalk.Messaging.Resilience;

internal sealed class DeadLetterTelemetry
{
    public static DeadLetterTelemetry None { get; } = new();
}
