namespace HaptiTalk.Messaging.Resilience;

/// <summary>One fallback reply, as the host registered it.</summary>
internal abstract record FallbackRegistration(Type RequestType, Type ReplyType, ResilienceSide? Side)
{
    public bool AppliesTo(Type requestType, ResilienceSide side) => RequestType == requestType && (Side is null || Side == side);
}

internal abstract record FallbackRegistration<TRequest>(Type ReplyType, ResilienceSide? Side)
    : FallbackRegistration(typeof(TRequest), ReplyType, Side)
    where TRequest : class
{
    /// <summary>The same for a transport.</summary>
    public RequestFallback<TRequest> Fallback => field ??= new(this);

    public abstract ValueTask<object> CreateAsync(FallbackContext<TRequest> context, CancellationToken cancellationToken);
}

internal sealed record FallbackRegistration<TRequest, TReply>(
    Func<FallbackContext<TRequest>, CancellationToken, ValueTask<TReply>> Generator, ResilienceSide? Side)
    : FallbackRegistration<TRequest>(typeof(TReply), Side)
    where TRequest : class
    where TReply : class
{
    public override async ValueTask<object> CreateAsync(FallbackContext<TRequest> context, CancellationToken cancellationToken) =>
        await Generator(context, cancellationToken).ConfigureAwait(false)
        ?? throw new InvalidOperationException($"The fallback for {TypeNames.Of(typeof(TRequest))} returned null; a reply needs a {TypeNames.Of(typeof(TReply))}.");
}

/// <summary>The fallback replies of this host. The one registered last wins.</summary>
internal sealed class FallbackRegistry(IEnumerable<FallbackRegistration> registrations)
{
    private readonly FallbackRegistration[] _registrations = [.. registrations.Reverse()];

    public FallbackRegistration<TRequest>? Find<TRequest>(ResilienceSide side, params ReadOnlySpan<Type> replyTypes)
        where TRequest : class
    {
        foreach (FallbackRegistration registration in _registrations)
        {
            if (registration.AppliesTo(typeof(TRequest), side) && (replyTypes.IsEmpty || replyTypes.Contains(registration.ReplyType)))
                return (FallbackRegistration<TRequest>)registration;
        }

        return null;
    }
}
