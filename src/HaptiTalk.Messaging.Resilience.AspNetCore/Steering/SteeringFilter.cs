using System.Globalization;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Lets through only what was meant, by somebody who may, and not too often.</summary>
internal sealed class SteeringFilter(SteeringAuthorization authorization, SteeringRate rate, ILogger logger) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        HttpContext http = context.HttpContext;
        if (!Intent.IsShown(http.Request))
            return Refuse(http, StatusCodes.Status403Forbidden, Intent.Rule);

        SteeringPermission permission = await authorization.JudgeAsync(http).ConfigureAwait(false);
        if (permission.Verdict == SteeringVerdict.Unauthenticated)
            return await ChallengeAsync(http, permission).ConfigureAwait(false);
        if (!permission.IsGranted)
            return Refuse(http, StatusCodes.Status403Forbidden, authorization.Explain(permission.Verdict));

        if (rate.TryTake(Caller.NameOf(http), out TimeSpan retryAfter))
            return await next(context).ConfigureAwait(false);

        http.Response.Headers.RetryAfter = Math.Ceiling(retryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return Refuse(http, StatusCodes.Status429TooManyRequests, $"At most {SteeringRate.PerMinute} changes a minute.");
    }

    // The scheme says how to sign in; a host without a scheme of its own has nothing to say.
    private async ValueTask<object?> ChallengeAsync(HttpContext http, SteeringPermission permission)
    {
        foreach (string scheme in permission.Schemes)
            await http.ChallengeAsync(scheme).ConfigureAwait(false);
        if (permission.Schemes.Count == 0
            && http.RequestServices.GetService<IAuthenticationSchemeProvider>() is { } schemes
            && await schemes.GetDefaultChallengeSchemeAsync().ConfigureAwait(false) is { } standard)
        {
            await http.ChallengeAsync(standard.Name).ConfigureAwait(false);
        }

        return http.Response.HasStarted
            ? Results.Empty
            : Refuse(http, StatusCodes.Status401Unauthorized, authorization.Explain(permission.Verdict));
    }

    private IResult Refuse(HttpContext http, int status, string problem)
    {
        Log.SteeringRefused(logger, Caller.NameOf(http), http.GetEndpoint()?.DisplayName, problem);
        return Problems.Of(status, problem);
    }
}
