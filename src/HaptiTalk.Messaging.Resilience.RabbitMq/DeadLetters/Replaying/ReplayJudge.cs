using System.Globalization;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>What is to become of one message.</summary>
/// <param name="IsSelected">Whether it is meant at all.</param>
/// <param name="Kept">Why it stays; null when it is to be sent.</param>
/// <param name="Target">Where to.</param>
/// <param name="Detail">More about it.</param>
/// <param name="WithoutReply">Whether nobody is to be answered.</param>
/// <param name="WithoutCopies">Whether headers are taken off that would have it delivered to further queues.</param>
internal readonly record struct ReplayVerdict(
    bool IsSelected, ReplayOutcome? Kept, string? Target, string? Detail = null, bool WithoutReply = false, bool WithoutCopies = false)
{
    public static ReplayVerdict NotSelected => default;

    public bool IsSent => IsSelected && Kept is null;
}

/// <summary>Decides about each message before anything is sent.</summary>
internal sealed class ReplayJudge(
    DeadLetterMatcher matcher, ReplayTargets targets, Requesters requesters, AbandonedRequests abandonedRequests, int maxReplays)
{
    public async ValueTask<ReplayVerdict> JudgeAsync(BrokerMessage message, CancellationToken cancellationToken)
    {
        try
        {
            return await DecideAsync(message, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception odd) when (!BrokerClient.IsBrokerFailure(odd) && odd is not (OperationCanceledException or DeadLetterAccessException))
        {
            // A foreign message may hold anything. It stays, and keeps no other from going.
            return new(IsSelected: true, ReplayOutcome.MessageRefused, null, $"it cannot be read: {odd.Message}");
        }
    }

    private async ValueTask<ReplayVerdict> DecideAsync(BrokerMessage message, CancellationToken cancellationToken)
    {
        if (!matcher.TakesEverything && !matcher.Fits(DeadLetterReading.Read(message, position: 0, maxBodyBytes: 0), message.Body.Span))
            return ReplayVerdict.NotSelected;

        IDictionary<string, object?>? headers = message.Properties.Headers;
        (string? target, string? doubt) = await targets.OfAsync(headers, cancellationToken).ConfigureAwait(false);
        if (headers is not null && headers.ContainsKey(HeaderName.ReplayCount) && DeadLetterReading.Replays(headers) is var replays && replays >= maxReplays)
            return new(IsSelected: true, ReplayOutcome.HeldBack, target, string.Create(
                CultureInfo.InvariantCulture, $"it has been replayed {replays} times"));
        if (target is null)
            return new(IsSelected: true, ReplayOutcome.NoTarget, null, doubt ?? "nothing says which queue it came from: name a target");
        if (doubt is not null)
            return new(IsSelected: true, ReplayOutcome.TargetUnconfirmed, target, doubt);

        bool withoutReply = false;
        if (abandonedRequests != AbandonedRequests.Replay
            && await requesters.GoneAsync(message, cancellationToken).ConfigureAwait(false) is { } gone)
        {
            if (abandonedRequests == AbandonedRequests.Skip)
                return new(IsSelected: true, ReplayOutcome.RequesterGone, target, gone);
            withoutReply = true;
        }

        if (!await targets.ExistsAsync(target, cancellationToken).ConfigureAwait(false))
            return new(IsSelected: true, ReplayOutcome.TargetMissing, target, $"there is no queue '{ShortText.Of(target)}'");
        bool withoutCopies = headers is not null && headers.Keys.Any(HeaderName.IsOfCopies);
        return new(IsSelected: true, null, target, withoutCopies ? "its CC header is taken off" : null, withoutReply, withoutCopies);
    }
}
