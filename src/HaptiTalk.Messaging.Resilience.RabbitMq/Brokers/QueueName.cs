using System.Text;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>What AMQP allows as the name of an existing queue.</summary>
internal static class QueueName
{
    private const int LongestInBytes = 255;

    /// <returns>What is wrong with the name; null when nothing is.</returns>
    public static string? Problem(string? name) => name switch
    {
        null or "" => "A queue name must not be empty.",
        _ when Encoding.UTF8.GetByteCount(name) > LongestInBytes =>
            $"The queue name '{name[..20]}…' is longer than {LongestInBytes} bytes.",
        _ => null,
    };
}
