using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>A change of a circuit as somebody asks for it.</summary>
internal record BreakerChange
{
    [Description(Resilience.Reason.Description)]
    public string? Reason { get; init; }

    public virtual void Check(FieldErrors errors) => errors.Add(Resilience.Reason.Name, Resilience.Reason.ProblemOf(Reason));
}

/// <summary>A change that lasts for a time.</summary>
internal sealed record BreakerDisabling : BreakerChange
{
    private const string Range = "00:00:01 to 1.00:00:00";

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    [Required, Description("How long it lasts, as hours:minutes:seconds: " + Range + ".")]
    public string Duration { get; init; } = string.Empty;

    /// <summary>The duration, once it is checked.</summary>
    internal TimeSpan Time { get; private set; }

    public override void Check(FieldErrors errors)
    {
        base.Check(errors);
        if (Duration.Length == 0)
            errors.Add("duration", "is needed: a text such as 00:15:00 (hours:minutes:seconds).");
        else if (!DurationText.TryParse(Duration, out TimeSpan time))
            errors.Add("duration", $"'{Duration}' is not a duration such as 00:00:05 (hours:minutes:seconds); allowed: {Range}.");
        else if (time < Shortest || time > Longest)
            errors.Add("duration", $"'{Duration}' is out of range; allowed: {Range}.");
        else
            Time = time;
    }
}
