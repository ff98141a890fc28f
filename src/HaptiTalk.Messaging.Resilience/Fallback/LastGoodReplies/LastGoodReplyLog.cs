using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience;

internal static partial class LastGoodReplyLog
{
    [LoggerMessage(21, LogLevel.Warning, "The distributed cache cannot be reached. Last good replies are kept in this process's memory alone until it can.")]
    public static partial void DistributedCacheLost(ILogger logger, Exception failure);

    [LoggerMessage(22, LogLevel.Information, "The distributed cache can be reached again and gets last good replies.")]
    public static partial void DistributedCacheFound(ILogger logger);

    [LoggerMessage(23, LogLevel.Warning, "A last good reply of '{Operation}' of '{Service}' could not be remembered or found. Further such failures are counted, and logged at most once a minute.")]
    public static partial void Failed(ILogger logger, Exception failure, string operation, string service);

    [LoggerMessage(24, LogLevel.Warning, "Replies to {Request} are not kept as last good replies: {Holder} does not carry all of its content; the rest is in a store of its own, and could be gone.")]
    public static partial void NotKept(ILogger logger, string request, string holder);
}
