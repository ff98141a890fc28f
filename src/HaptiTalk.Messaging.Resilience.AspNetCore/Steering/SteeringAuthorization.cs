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
internal sealed class SteeringAuthorization(string policyName, IHostEnvironment environment, TrustedHosts hosts)
{
    public async ValueTask<SteeringPermission> JudgeAsync(HttpContext context)
    {
        bool isDevelopment = environment.IsDevelopment();
        if (isDevelopment && hosts.Has(context.Request.Host))
            return new(SteeringVerdict.Allowed, []);

        // A host that has no authorization at all has none of these services.
        IServiceProvider services = context.RequestServices;
        if (services.GetService<IPolicyEvaluator>() is not { } evaluator
            || services.GetService<IAuthorizationPolicyProvider>() is not { } policies
            || await policies.GetPolicyAsync(policyName).ConfigureAwait(false) is not { } policy)
        {
            return new(isDevelopment ? SteeringVerdict.ForeignHost : SteeringVerdict.NoPolicy, []);
        }

        PolicyAuthorizationResult judged = await evaluator.AuthorizeAsync(
            policy, await evaluator.AuthenticateAsync(policy, context).ConfigureAwait(false), context, context).ConfigureAwait(false);
        return new(
            judged.Succeeded ? SteeringVerdict.Allowed : judged.Challenged ? SteeringVerdict.Unauthenticated : SteeringVerdict.Forbidden,
            policy.AuthenticationSchemes);
    }

    /// <summary>What a refused caller is told.</summary>
    public string Explain(SteeringVerdict verdict) => verdict switch
    {
        SteeringVerdict.Unauthenticated => $"Sign in as somebody who satisfies the authorization policy '{policyName}'.",
        SteeringVerdict.Forbidden => $"You do not satisfy the authorization policy '{policyName}'.",
        SteeringVerdict.ForeignHost =>
            "In Development, everybody who uses localhost or a loopback address may make changes and read dead letters. "
            + $"Use such an address, add this host name to AllowedHosts, or add an authorization policy '{policyName}'.",
        _ => $"Outside Development, nobody can make changes or read dead letters until the host has an authorization policy '{policyName}': "
            + $"builder.Services.AddAuthorizationBuilder().AddPolicy(\"{policyName}\", policy => …), "
            + "or use another one with MapMessagingResilience(options => options.SteeringPolicy = …).",
    };
}

/// <summary>What came of it, and which authentication schemes a caller can use who is not known.</summary>
internal readonly record struct SteeringPermission(SteeringVerdict Verdict, IReadOnlyList<string> Schemes)
{
    public bool IsGranted => Verdict == SteeringVerdict.Allowed;
}

internal enum SteeringVerdict
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
