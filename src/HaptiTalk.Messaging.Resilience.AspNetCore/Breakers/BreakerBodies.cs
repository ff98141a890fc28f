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
    private static readonly RangeAttribute Allowed =
        new(typeof(TimeSpan), ResilienceControl.Shortest.ToString("c"), ResilienceControl.Longest.ToString("c"));

    [Required, Description("How long it lasts, as hours:minutes:seconds: 00:00:01 to 1.00:00:00.")]
    public string Duration { get; init; } = string.Empty;

    /// <summary>The duration, once it is checked.</summary>
    internal TimeSpan Time { get; private set; }

    public override void Check(FieldErrors errors)
    {
        base.Check(errors);
        if (Duration.Length == 0)
            errors.Add("duration", "is needed: a text such as 00:15:00 (hours:minutes:seconds).");
        else if (SettingParser.TryParse(Duration, typeof(TimeSpan), Allowed, out object? value, out string problem))
            Time = (TimeSpan)value!;
        else
            errors.Add("duration", $"'{Duration}' {problem}");
    }
}
