using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Shows what is in messages only to callers who may make changes, and logs each look.</summary>
internal sealed class ContentsFilter(ControlGate gate, ILogger logger) : IEndpointFilter
{
    private const int Longest = 300;

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        HttpContext http = context.HttpContext;
        if (await gate.RefuseAsync(http).ConfigureAwait(false) is { } refused)
            return refused;

        string queue = NameInPath.Read((string)http.Request.RouteValues["queue"]!);
        DeadLetterHttpLog.Looked(logger, Caller.NameOf(http), OneLine.Of(queue, Longest), OneLine.Of($"{http.Request.Path}{http.Request.QueryString}", Longest));
        return await next(context).ConfigureAwait(false);
    }
}
