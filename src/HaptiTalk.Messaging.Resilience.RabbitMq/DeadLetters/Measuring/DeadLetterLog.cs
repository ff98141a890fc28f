using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience;

internal static partial class DeadLetterLog
{
    [LoggerMessage(50, LogLevel.Warning, "Dead letters could not be measured. They are tried again every {Interval}; until then there are no numbers of them: {Reason}")]
    public static partial void NotMeasured(ILogger logger, string reason, TimeSpan interval);
}
