using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>How a response of one to three alternatives is made from a fallback reply.</summary>
/// <param name="ReplyTypes">The reply types the caller waits for.</param>
/// <param name="Create">Makes the response from one of them.</param>
internal sealed record ResponseShape<TResponse>(Type[] ReplyTypes, Func<object, FallbackReason, DateTime, TResponse> Create);

/// <summary>One shape per combination of reply types, made once.</summary>
internal static class ResponseShape
{
    public static class Of<T>
        where T : class
    {
        public static ResponseShape<Response<T>> Shape { get; } =
            new([typeof(T)], static (reply, reason, now) => new FallbackResponse<T>((T)reply, reason, now));
    }

    public static class Of<T1, T2>
        where T1 : class
        where T2 : class
    {
        public static ResponseShape<Response<T1, T2>> Shape { get; } =
            new([typeof(T1), typeof(T2)], static (reply, reason, now) => new(Alternative<T1>(reply, reason, now), Alternative<T2>(reply, reason, now)));
    }

    public static class Of<T1, T2, T3>
        where T1 : class
        where T2 : class
        where T3 : class
    {
        public static ResponseShape<Response<T1, T2, T3>> Shape { get; } = new(
            [typeof(T1), typeof(T2), typeof(T3)],
            static (reply, reason, now) => new(Alternative<T1>(reply, reason, now), Alternative<T2>(reply, reason, now), Alternative<T3>(reply, reason, now)));
    }

    // MassTransit tells the alternatives apart by which task has completed; the others never do.
    private static Task<Response<T>> Alternative<T>(object reply, FallbackReason reason, DateTime now)
        where T : class =>
        reply is T message
            ? Task.FromResult<Response<T>>(new FallbackResponse<T>(message, reason, now))
            : new TaskCompletionSource<Response<T>>().Task;
}
