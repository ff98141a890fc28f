using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Lets a change through if it is sent on purpose, by a caller who may, and not too often.</summary>
internal sealed class ControlFilter(ControlGate gate, ControlRate rate) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        HttpContext http = context.HttpContext;
        if (!Intent.IsShown(http.Request))
            return gate.Refuse(http, StatusCodes.Status403Forbidden, Intent.Rule);
        if (await gate.RefuseAsync(http).ConfigureAwait(false) is { } refused)
            return refused;
        if (rate.TryTake(Caller.NameOf(http), out TimeSpan retryAfter))
            return await next(context).ConfigureAwait(false);

        http.Response.Headers.RetryAfter = Math.Ceiling(retryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return gate.Refuse(http, StatusCodes.Status429TooManyRequests, $"At most {ControlRate.PerMinute} changes a minute are allowed.");
    }
}
