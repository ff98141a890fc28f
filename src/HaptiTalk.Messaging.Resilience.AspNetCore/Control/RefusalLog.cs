using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Logs refused callers: each caller once in a minute, and all anonymous callers as one. At the end of the minute it logs how many
/// more there were. So a refusal in a loop does not fill the log.
/// </summary>
internal sealed partial class RefusalLog(ILogger logger, TimeProvider clock)
{
    /// <summary>Lines within a minute, whoever comes.</summary>
    public const int MostLines = 100;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly HashSet<(string? Name, int Status)> _told = [];
    private ITimer? _minute;
    private long _more;

    public void Note(HttpContext http, int status, string problem)
    {
        string who = Caller.NameOf(http);
        lock (_gate)
        {
            _minute ??= clock.CreateTimer(static log => ((RefusalLog)log!).TellTheRest(), this, Minute, Timeout.InfiniteTimeSpan);
            if (_told.Count >= MostLines || !_told.Add((Caller.IsKnown(http) ? who : null, status)))
            {
                _more++;
                return;
            }
        }

        Refused(logger, who, http.GetEndpoint()?.DisplayName, problem);
    }

    /// <summary>Ends the minute.</summary>
    public void TellTheRest()
    {
        long more;
        lock (_gate)
        {
            (more, _more) = (_more, 0);
            _told.Clear();
            _minute?.Dispose();
            _minute = null;
        }

        try
        {
            if (more > 0)
                RefusedMore(logger, more);
        }
        catch (Exception)
        {
            // On a timer's thread this would end the process, and there is no other place to tell that a logger fails.
        }
    }

    [LoggerMessage(30, LogLevel.Information, "{Who} was refused at {Endpoint}: {Problem}")]
    private static partial void Refused(ILogger logger, string who, string? endpoint, string problem);

    [LoggerMessage(33, LogLevel.Information, "{Count} more requests were refused within the last minute.")]
    private static partial void RefusedMore(ILogger logger, long count);
}
