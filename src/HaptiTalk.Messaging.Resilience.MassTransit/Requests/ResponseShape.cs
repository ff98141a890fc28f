using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>How a response of one to three alternatives is received, and made from a fallback reply.</summary>
/// <param name="ReplyTypes">The reply types the caller waits for.</param>
/// <param name="Receive">Sends a request and waits for one of them.</param>
/// <param name="Create">Makes the response from one of them.</param>
internal sealed record ResponseShape<TResponse>(
    Type[] ReplyTypes, Func<RequestHandle, Task<TResponse>> Receive, Func<object, FallbackMark, TResponse> Create);

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
            new([typeof(T)], static handle => handle.GetResponse<T>(), static (reply, mark) => new FallbackResponse<T>((T)reply, mark));
    }

    public static class Of<T1, T2>
        where T1 : class
        where T2 : class
    {
        public static ResponseShape<Response<T1, T2>> Shape { get; } = new(
            [typeof(T1), typeof(T2)],
            ReceiveAsync,
            static (reply, mark) => new(Alternative<T1>(reply, mark), Alternative<T2>(reply, mark)));

        private static async Task<Response<T1, T2>> ReceiveAsync(RequestHandle handle)
        {
            Task<Response<T1>> first = handle.GetResponse<T1>(readyToSend: false);
            Task<Response<T2>> second = handle.GetResponse<T2>();
            await (await Task.WhenAny(first, second).ConfigureAwait(false)).ConfigureAwait(false);
            return new(first, second);
        }
    }

    public static class Of<T1, T2, T3>
        where T1 : class
        where T2 : class
        where T3 : class
    {
        public static ResponseShape<Response<T1, T2, T3>> Shape { get; } = new(
            [typeof(T1), typeof(T2), typeof(T3)],
            ReceiveAsync,
            static (reply, mark) => new(Alternative<T1>(reply, mark), Alternative<T2>(reply, mark), Alternative<T3>(reply, mark)));

        private static async Task<Response<T1, T2, T3>> ReceiveAsync(RequestHandle handle)
        {
            Task<Response<T1>> first = handle.GetResponse<T1>(readyToSend: false);
            Task<Response<T2>> second = handle.GetResponse<T2>(readyToSend: false);
            Task<Response<T3>> third = handle.GetResponse<T3>();
            await (await Task.WhenAny(first, second, third).ConfigureAwait(false)).ConfigureAwait(false);
            return new(first, second, third);
        }
    }

    // MassTransit tells the alternatives apart by which task has completed; the others never do.
    private static Task<Response<T>> Alternative<T>(object reply, FallbackMark mark)
        where T : class =>
        reply is T message
            ? Task.FromResult<Response<T>>(new FallbackResponse<T>(message, mark))
            : new TaskCompletionSource<Response<T>>().Task;
}
