using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Notes who was turned away: within a minute each caller once, all anonymous ones together as one, and at its end how many more
/// there were. Whoever is refused in a loop fills no log.
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

        Log.SteeringRefused(logger, who, http.GetEndpoint()?.DisplayName, problem);
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

    [LoggerMessage(33, LogLevel.Information, "{Count} more requests were refused within the last minute.")]
    private static partial void RefusedMore(ILogger logger, long count);
}
