using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Turns away who may not, and writes it down.</summary>
internal sealed class SteeringGate(SteeringAuthorization authorization, RefusalLog refusals)
{
    /// <returns>The answer for somebody who may not; null for somebody who may.</returns>
    public async ValueTask<object?> RefuseAsync(HttpContext http)
    {
        SteeringPermission permission = await authorization.JudgeAsync(http).ConfigureAwait(false);
        return permission.IsGranted ? null
            : permission.Verdict == SteeringVerdict.Unauthenticated ? await ChallengeAsync(http, permission).ConfigureAwait(false)
            : Refuse(http, StatusCodes.Status403Forbidden, authorization.Explain(permission.Verdict));
    }

    /// <summary>Whether whoever asks may, for what is shown to others with less in it.</summary>
    public async ValueTask<bool> IsOpenToAsync(HttpContext http) => (await authorization.JudgeAsync(http).ConfigureAwait(false)).IsGranted;

    public IResult Refuse(HttpContext http, int status, string problem)
    {
        refusals.Note(http, status, problem);
        return Problems.Of(status, problem);
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
}
