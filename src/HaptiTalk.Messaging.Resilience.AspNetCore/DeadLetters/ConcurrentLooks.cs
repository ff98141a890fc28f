using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Limits how many looks at dead letters run at once. Each look takes a connection, and holds messages that nobody else gets meanwhile.
/// </summary>
internal sealed class ConcurrentLooks : IEndpointFilter
{
    public const int AtOnce = 4;

    private readonly RateLimiter _limiter = Places.For(AtOnce);

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        await RunAsync(context.HttpContext, () => next(context).AsTask()).ConfigureAwait(false);

    /// <summary>Runs a look that is only a part of the request.</summary>
    public async Task<object?> RunAsync(HttpContext context, Func<Task<object?>> look)
    {
        using RateLimitLease place = _limiter.AttemptAcquire();
        if (place.IsAcquired)
            return await look().ConfigureAwait(false);
        context.Response.Headers.RetryAfter = "1";
        return Problems.Of(
            StatusCodes.Status503ServiceUnavailable, $"{AtOnce} looks at dead letters are under way already. Try again in a second. Nothing has changed.");
    }
}
