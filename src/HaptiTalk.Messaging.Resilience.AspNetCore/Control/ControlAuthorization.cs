using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Who may make changes: in Development everybody who uses a local address of this machine, otherwise those who satisfy the host's
/// policy.
/// </summary>
internal sealed class ControlAuthorization(string policyName, IHostEnvironment environment, TrustedHosts hosts)
{
    public async ValueTask<ControlPermission> JudgeAsync(HttpContext context)
    {
        bool isDevelopment = environment.IsDevelopment();
        if (isDevelopment && hosts.Has(context.Request.Host))
            return new(ControlVerdict.Allowed, []);

        // A host that has no authorization at all has none of these services.
        IServiceProvider services = context.RequestServices;
        if (services.GetService<IPolicyEvaluator>() is not { } evaluator
            || services.GetService<IAuthorizationPolicyProvider>() is not { } policies
            || await policies.GetPolicyAsync(policyName).ConfigureAwait(false) is not { } policy)
        {
            return new(isDevelopment ? ControlVerdict.ForeignHost : ControlVerdict.NoPolicy, []);
        }

        PolicyAuthorizationResult judged = await evaluator.AuthorizeAsync(
            policy, await evaluator.AuthenticateAsync(policy, context).ConfigureAwait(false), context, context).ConfigureAwait(false);
        return new(
            judged.Succeeded ? ControlVerdict.Allowed : judged.Challenged ? ControlVerdict.Unauthenticated : ControlVerdict.Forbidden,
            policy.AuthenticationSchemes);
    }

    /// <summary>What a refused caller is told.</summary>
    public string Explain(ControlVerdict verdict) => verdict switch
    {
        ControlVerdict.Unauthenticated => $"Sign in as somebody who satisfies the authorization policy '{policyName}'.",
        ControlVerdict.Forbidden => $"You do not satisfy the authorization policy '{policyName}'.",
        ControlVerdict.ForeignHost =>
            "In Development, everybody who uses localhost or a loopback address may make changes and read dead letters. "
            + $"Use such an address, add this host name to AllowedHosts, or add an authorization policy '{policyName}'.",
        _ => $"Outside Development, nobody can make changes or read dead letters until the host has an authorization policy '{policyName}': "
            + $"builder.Services.AddAuthorizationBuilder().AddPolicy(\"{policyName}\", policy => …), "
            + "or use another one with MapMessagingResilience(options => options.ControlPolicy = …).",
    };
}

/// <summary>What came of it, and which authentication schemes a caller can use who is not known.</summary>
internal readonly record struct ControlPermission(ControlVerdict Verdict, IReadOnlyList<string> Schemes)
{
    public bool IsGranted => Verdict == ControlVerdict.Allowed;
}

internal enum ControlVerdict
{
    Allowed,

    /// <summary>The host has not said who may.</summary>
    NoPolicy,

    /// <summary>It is Development, and the name that was asked may be anybody's.</summary>
    ForeignHost,

    /// <summary>The caller is unknown.</summary>
    Unauthenticated,

    /// <summary>The caller is known and may not.</summary>
    Forbidden,
}
