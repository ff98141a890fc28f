using Polly;
using Polly.Timeout;

namespace HaptiTalk.Messaging.Resilience;

internal static class TimeoutPipeline
{
    // Polly takes zero for "no timeout"; a run whose time is over must end, not go on for ever.
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    public static PolicyDescriptor TotalPolicy { get; } =
        new("TotalTimeout", PolicyPosition.BeforeTimeout, static (builder, state, _) => builder.AddTotalTimeout(state))
        {
            Section = PolicySection.Of<TimeoutOptions>("Timeout"),
            Instruments = TimeoutTelemetry.Instruments,
            Fused = new(["Retry", "AttemptTimeout"], static (builder, state, _) => builder.AddRetryAndTimeouts(state)),
            Validate = static profile => TimeoutValidator.Validate(profile.Timeout),
        };

    public static PolicyDescriptor AttemptPolicy { get; } =
        new("AttemptTimeout", PolicyPosition.BeforeAttempt, static (builder, _, _) => builder.AddAttemptTimeout());

    public static ResiliencePipelineBuilder AddTotalTimeout(this ResiliencePipelineBuilder builder, ServiceState state) => builder
        .AddStrategy(_ => new TotalTimeoutStrategy(state), new PolicyOptions("TotalTimeoutReport"))
        .AddTimeout(new TimeoutStrategyOptions
        {
            Name = "TotalTimeout",
            TimeoutGenerator = static arguments => new(AtLeastShortest(Execution.Of(arguments.Context).Remaining)),
            OnTimeout = MarkTimedOut,
        });

    /// <summary>Only Polly's own timeout can tell a policy of the host's own, that stands inside it, that the time is over.</summary>
    public static ResiliencePipelineBuilder AddAttemptTimeout(this ResiliencePipelineBuilder builder) =>
        builder.AddTimeout(new TimeoutStrategyOptions
        {
            Name = "AttemptTimeout",
            TimeoutGenerator = static arguments => new(BeginAttempt(Execution.Of(arguments.Context))),
            OnTimeout = MarkTimedOut,
        });

    /// <summary>
    /// The bound of the attempt that begins now: all that is left, unless the settings say less. Whoever got no answer cannot know
    /// that nobody works on it: keeping time for a repeat would take it from the work.
    /// </summary>
    public static TimeSpan BeginAttempt(Execution execution)
    {
        TimeSpan elapsed = execution.HasJustBegun ? TimeSpan.Zero : execution.Elapsed;
        TimeSpan left = AtLeastShortest(execution.Total - elapsed);
        TimeSpan time = execution.Model.Profile.Timeout.AttemptTimeout is { } attempt && attempt < left ? attempt : left;
        execution.Progress.AttemptEnd = elapsed + time;
        return time;
    }

    public static TimeSpan AtLeastShortest(TimeSpan timeout) => timeout > Shortest ? timeout : Shortest;

    // The work may run pipelines of its own, whose timeouts throw the same exception.
    private static ValueTask MarkTimedOut(OnTimeoutArguments arguments)
    {
        Execution.Of(arguments.Context).Progress.IsTimedOut = true;
        return default;
    }
}
