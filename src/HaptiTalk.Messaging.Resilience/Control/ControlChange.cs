namespace HaptiTalk.Messaging.Resilience;

/// <summary>A change that somebody made while the process ran.</summary>
/// <param name="At">When.</param>
/// <param name="By">Who.</param>
/// <param name="What">What: <c>isolate</c>, <c>disable</c>, <c>close</c>, <c>reset</c>, <c>change</c> or <c>revert</c>; for dead letters
/// <c>replay</c>, <c>replay ended</c>, <c>stop replay</c>, <c>replay edited</c> or <c>discard</c>; or what <see cref="IResilienceControl.Record"/> was given.</param>
/// <param name="Target">What it was about.</param>
/// <param name="Before">The states or values it met.</param>
/// <param name="After">The states or values it left.</param>
/// <param name="Reason">Why, as that person said; null where nothing was said.</param>
public sealed record ControlChange(
    DateTimeOffset At, string By, string What, string Target, string Before, string After, string? Reason = null);
