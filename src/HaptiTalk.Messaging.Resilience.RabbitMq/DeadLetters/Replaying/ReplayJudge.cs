namespace HaptiTalk.Messaging.Resilience;

/// <summary>What is to become of one message.</summary>
/// <param name="IsSelected">Whether it is meant at all.</param>
/// <param name="Kept">Why it stays; null when it is to be sent.</param>
/// <param name="Target">Where to.</param>
/// <param name="Detail">More about it.</param>
/// <param name="WithoutReply">Whether nobody is to be answered.</param>
internal readonly record struct ReplayVerdict(bool IsSelected, ReplayOutcome? Kept, string? Target, string? Detail = null, bool WithoutReply = false)
{
    public static ReplayVerdict NotSelected => default;
}

/// <summary>Decides about each message before anything is sent.</summary>
internal sealed class ReplayJudge(
    DeadLetterMatcher matcher, ReplayTargets targets, Requesters requesters, GoneRequester goneRequester, int maxReplays)
{
    public async ValueTask<ReplayVerdict> JudgeAsync(BrokerMessage message, CancellationToken cancellationToken)
    {
        if (!matcher.TakesEverything && !matcher.Fits(DeadLetterReading.Read(message, position: 0, maxBodyBytes: 0), message.Body.Span))
            return ReplayVerdict.NotSelected;

        IDictionary<string, object?>? headers = message.Properties.Headers;
        string? target = targets.Of(headers);
        if (headers is not null && headers.ContainsKey(HeaderName.ReplayCount) && DeadLetterReading.Replays(headers) is var replays && replays >= maxReplays)
            return new(IsSelected: true, ReplayOutcome.HeldBack, target, $"it has been replayed {replays} times");
        if (target is null)
            return new(IsSelected: true, ReplayOutcome.NoTarget, null, "nothing says which queue it came from: name a target");

        bool withoutReply = false;
        if (goneRequester != GoneRequester.Replay
            && await requesters.GoneAsync(message, cancellationToken).ConfigureAwait(false) is { } gone)
        {
            if (goneRequester == GoneRequester.Skip)
                return new(IsSelected: true, ReplayOutcome.RequesterGone, target, gone);
            withoutReply = true;
        }

        return await targets.ExistsAsync(target, cancellationToken).ConfigureAwait(false)
            ? new(IsSelected: true, null, target, WithoutReply: withoutReply)
            : new(IsSelected: true, ReplayOutcome.TargetMissing, target, $"there is no queue '{target}'");
    }
}
