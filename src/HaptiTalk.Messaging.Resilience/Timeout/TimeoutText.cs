using System.Globalization;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Says of a run that was too long how long that is, who set it, and what to change.</summary>
internal static class TimeoutText
{
    public static string Of(Execution execution)
    {
        DeadlineOwner? outer = execution.Plan.Outer is { } bound && DeadlineOwner.TryParse(bound.Source.Owner, out DeadlineOwner owner) ? owner : null;
        (string within, string remedy) = BoundOf(execution, outer);
        string chain = execution is { Plan.Outer: { Left: var left }, IsBoundOutside: false } ? $", with {Seconds(left)} left of {Whole(outer)}" : "";
        string fact = Fact(execution.Operation.Service, execution.Operation.Name, within, execution.Elapsed, execution.Progress.Attempts);
        return $"{fact}{chain}. {remedy}";
    }

    /// <summary>The same of which no more is known.</summary>
    public static string Of(string service, string operation, TimeSpan timeout, TimeSpan elapsed, int attempts)
    {
        ArgumentNullException.ThrowIfNull(service);
        ArgumentNullException.ThrowIfNull(operation);
        return Fact(service, operation, Seconds(timeout), elapsed, attempts) + ".";
    }

    private static string Fact(string service, string operation, string within, TimeSpan elapsed, int attempts) => string.Create(
        CultureInfo.InvariantCulture,
        $"'{operation}' of '{service}' did not answer within {within} ({attempts} {(attempts == 1 ? "attempt" : "attempts")}, {Seconds(elapsed)})");

    private static (string Within, string Remedy) BoundOf(Execution execution, DeadlineOwner? outer)
    {
        ProfileModel model = execution.Model;
        if (execution.IsBoundByAttempt)
            return ($"{Seconds(model.Profile.Timeout.AttemptTimeout!.Value)} an attempt", Raise(model.AttemptSetting));
        if (execution.IsBoundOutside)
            return ($"the {Seconds(execution.Total)} left of {Whole(outer)}", RemedyOf(outer));
        if (execution.Plan.CallTimeout is not null)
            return ($"{Seconds(execution.Total)}", "If it needs longer, give the call a longer RequestTimeout.");
        return (Seconds(execution.Total), Raise(model.TotalSettingFor(execution.Plan.Dependency)));
    }

    private static string Whole(DeadlineOwner? outer) => outer is { } owner ? $"{owner.Service}{(owner.Service.EndsWith('s') ? "'" : "'s")} {Seconds(owner.Total)}" : "its requester's time";

    private static string RemedyOf(DeadlineOwner? outer) => outer switch
    {
        { Setting: DeadlineSetting.RequestTimeout, Service: var service } => $"If it needs longer, give the call of '{service}' a longer RequestTimeout.",
        { Setting: var setting, Service: var service } => Raise($"Resilience:Profiles:{service}:Timeout:{setting}"),
        null => "If it needs longer, its requester must wait longer.",
    };

    private static string Raise(string setting) => $"If it needs longer, raise {setting}.";

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###} s");
}
