using Microsoft.AspNetCore.Http;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Lets so many look at once: each look takes a connection, and messages from under the hands of others.</summary>
internal sealed class LookLimit : IEndpointFilter
{
    public const int AtOnce = 4;

    private int _running;

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        await RunAsync(context.HttpContext, () => next(context).AsTask()).ConfigureAwait(false);

    /// <summary>For a look that is only part of what was asked for.</summary>
    public async Task<object?> RunAsync(HttpContext context, Func<Task<object?>> look)
    {
        try
        {
            if (Interlocked.Increment(ref _running) <= AtOnce)
                return await look().ConfigureAwait(false);
            context.Response.Headers.RetryAfter = "1";
            return Problems.Of(
                StatusCodes.Status503ServiceUnavailable, $"{AtOnce} looks at dead letters are under way already. Try again in a second. Nothing has changed.");
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }
}
