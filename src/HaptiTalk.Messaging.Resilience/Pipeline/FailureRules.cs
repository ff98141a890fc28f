using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>What the host's code says of exceptions: which are failures of a service. The last that was said of a type counts.</summary>
internal sealed class FailureRules
{
    private readonly FailureRule[] _newestFirst;
    private readonly ILogger _logger;
    private readonly LogThrottle _broken;

    private FailureRules(FailureRule[] newestFirst, ILogger logger, TimeProvider clock)
    {
        _newestFirst = newestFirst;
        _logger = logger;
        _broken = new(clock);
    }

    /// <returns>Null where nothing is said for a service.</returns>
    public static FailureRules? Of(string service, IEnumerable<FailureRule> rules, ILogger logger, TimeProvider clock)
    {
        FailureRule[] own = [.. rules.Where(rule => rule.Service is null || string.Equals(rule.Service, service, StringComparison.OrdinalIgnoreCase)).Reverse()];
        return own.Length == 0 ? null : new(own, logger, clock);
    }

    /// <returns>Whether it is a failure of the service; null where nothing is said of it.</returns>
    public bool? ShouldHandle(Exception exception)
    {
        foreach (FailureRule rule in _newestFirst)
        {
            if (rule.Type.IsInstanceOfType(exception))
                return Ask(rule, exception);
        }

        return null;
    }

    // It runs between a call and what is done about its failure: one that throws has said nothing.
    private bool? Ask(FailureRule rule, Exception exception)
    {
        try
        {
            return rule.ShouldHandle(exception);
        }
        catch (Exception broken)
        {
            if (_broken.Add() is { } report)
                Log.FailureRuleBroken(_logger, broken, TypeNames.Of(rule.Type), report.Count);
            return null;
        }
    }
}
