using System.Globalization;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Answers a request whose work was refused or timed out. The messages of the exceptions name services, settings and what opened a
/// circuit. They go to the log and not to the caller.
/// </summary>
internal sealed class ResilienceExceptionHandler(IProblemDetailsService problems) : IExceptionHandler
{
    // For refusals and timeouts without a known end.
    private static readonly TimeSpan UnknownWait = TimeSpan.FromSeconds(5);

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        (int status, string detail) = exception switch
        {
            RejectedException => (StatusCodes.Status503ServiceUnavailable, "A service that this needs is not available now."),
            IExecutionTimeout => (StatusCodes.Status504GatewayTimeout, "A service that this needs did not answer in time. It may have done its work, or do it still."),
            _ => default,
        };
        if (status == 0)
            return false;

        TimeSpan wait = (exception as RejectedException)?.RetryAfter ?? UnknownWait;
        httpContext.Response.StatusCode = status;
        httpContext.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);

        // A client that does not accept problem details gets the status and the header.
        await problems.TryWriteAsync(new()
        {
            HttpContext = httpContext,
            Exception = exception,
            ProblemDetails = { Status = status, Title = ReasonPhrases.GetReasonPhrase(status), Detail = detail },
        }).ConfigureAwait(false);
        return true;
    }
}
