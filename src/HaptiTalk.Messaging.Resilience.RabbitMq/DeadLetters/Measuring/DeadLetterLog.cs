using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience;

internal static partial class DeadLetterLog
{
    [LoggerMessage(50, LogLevel.Warning, "The dead letters could not be measured. Their metrics have no values until a later measurement succeeds. The next one follows in {Interval}. The reason: {Reason}")]
    public static partial void NotMeasured(ILogger logger, string reason, TimeSpan interval);
}
