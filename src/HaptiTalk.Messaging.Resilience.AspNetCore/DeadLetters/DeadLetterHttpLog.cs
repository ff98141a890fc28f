using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience;

internal static partial class DeadLetterHttpLog
{
    [LoggerMessage(31, LogLevel.Information, "{Who} looks at dead letters in '{Queue}': {Request}")]
    public static partial void Looked(ILogger logger, string who, string queue, string request);

    [LoggerMessage(32, LogLevel.Error, "Replay {Id} of '{Queue}' failed. What it had not replayed is still there; see why, and begin it again.")]
    public static partial void ReplayFailed(ILogger logger, Exception failure, string id, string queue);

    [LoggerMessage(34, LogLevel.Error, "{Request} failed in a way that nobody has foreseen.")]
    public static partial void Failed(ILogger logger, Exception failure, string request);
}
