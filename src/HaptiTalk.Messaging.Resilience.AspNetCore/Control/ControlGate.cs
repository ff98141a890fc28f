using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Refuses callers who may not make changes, and logs it.</summary>
internal sealed class ControlGate(ControlAuthorization authorization, RefusalLog refusals)
{
    /// <returns>The answer to a refused caller; null for a caller who may.</returns>
    public async ValueTask<object?> RefuseAsync(HttpContext http)
    {
        ControlPermission permission = await authorization.JudgeAsync(http).ConfigureAwait(false);
        return permission.IsGranted ? null
            : permission.Verdict == ControlVerdict.Unauthenticated ? await ChallengeAsync(http, permission).ConfigureAwait(false)
            : Refuse(http, StatusCodes.Status403Forbidden, authorization.Explain(permission.Verdict));
    }

    /// <summary>Whether the caller may, for answers that show others less.</summary>
    public async ValueTask<bool> IsOpenToAsync(HttpContext http) => (await authorization.JudgeAsync(http).ConfigureAwait(false)).IsGranted;

    public IResult Refuse(HttpContext http, int status, string problem)
    {
        refusals.Note(http, status, problem);
        return Problems.Of(status, problem);
    }

    // The scheme says how to sign in; a host without a scheme of its own has nothing to say.
    private async ValueTask<object?> ChallengeAsync(HttpContext http, ControlPermission permission)
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
