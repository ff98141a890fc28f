using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>How a response of one to three alternatives is made from a fallback reply.</summary>
/// <param name="ReplyTypes">The reply types the caller waits for.</param>
/// <param name="Create">Makes the response from one of them.</param>
internal sealed record ResponseShape<TResponse>(Type[] ReplyTypes, Func<object, FallbackMark, TResponse> Create);

/// <summary>What a reply says of itself when it is not the real one.</summary>
/// <param name="Reason">Why it stands in.</param>
/// <param name="Now">When it does.</param>
/// <param name="Age">How old it is; null when it was made for the occasion.</param>
internal readonly record struct FallbackMark(FallbackReason Reason, DateTime Now, TimeSpan? Age = null);

/// <summary>One shape per combination of reply types, made once.</summary>
internal static class ResponseShape
{
    public static class Of<T>
        where T : class
    {
        public static ResponseShape<Response<T>> Shape { get; } =
            new([typeof(T)], static (reply, mark) => new FallbackResponse<T>((T)reply, mark));
    }

    public static class Of<T1, T2>
        where T1 : class
        where T2 : class
    {
        public static ResponseShape<Response<T1, T2>> Shape { get; } =
            new([typeof(T1), typeof(T2)], static (reply, mark) => new(Alternative<T1>(reply, mark), Alternative<T2>(reply, mark)));
    }

    public static class Of<T1, T2, T3>
        where T1 : class
        where T2 : class
        where T3 : class
    {
        public static ResponseShape<Response<T1, T2, T3>> Shape { get; } = new(
            [typeof(T1), typeof(T2), typeof(T3)],
            static (reply, mark) => new(Alternative<T1>(reply, mark), Alternative<T2>(reply, mark), Alternative<T3>(reply, mark)));
    }

    // MassTransit tells the alternatives apart by which task has completed; the others never do.
    private static Task<Response<T>> Alternative<T>(object reply, FallbackMark mark)
        where T : class =>
        reply is T message
            ? Task.FromResult<Response<T>>(new FallbackResponse<T>(message, mark))
            : new TaskCompletionSource<Response<T>>().Task;
}
