using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Applies the host's authorization to the page, with the host's own services and as its middleware would. It adds a text to a refusal
/// without one, because a browser shows nothing for an empty answer.
/// </summary>
internal static class PageAccess
{
    private const string NotSignedIn =
        "You are not signed in, and this host has no way to sign a browser in. Whoever runs it adds an authentication scheme that does, for example "
        + "builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(), or OpenID Connect, and makes it "
        + "the default one or names it in the policy that the page is given with MapMessagingResilience().RequireAuthorization(…).";

    private const string NotAllowed =
        "You are signed in, and not allowed to see this page: the host asks for more, with the policy that it has given to "
        + "MapMessagingResilience().RequireAuthorization(…).";

    public static void Explain(this IEndpointConventionBuilder page) => page.Finally(static endpoint =>
    {
        if (endpoint.Metadata.OfType<IAllowAnonymous>().Any())
            return;

        // The middleware authenticates the caller. The page decides.
        endpoint.Metadata.Add(new AllowAnonymousAttribute());
        RequestDelegate show = endpoint.RequestDelegate!;
        endpoint.RequestDelegate = context => ShowAsync(context, show);
    });

    private static async Task ShowAsync(HttpContext context, RequestDelegate show)
    {
        IServiceProvider services = context.RequestServices;
        if (services.GetService<IAuthorizationPolicyProvider>() is not { } policies
            || services.GetService<IPolicyEvaluator>() is not { } evaluator
            || await PolicyOf(context.GetEndpoint()!.Metadata, policies).ConfigureAwait(false) is not { } policy)
        {
            await show(context).ConfigureAwait(false);
            return;
        }

        AuthenticateResult known = await evaluator.AuthenticateAsync(policy, context).ConfigureAwait(false);
        PolicyAuthorizationResult judged = await evaluator.AuthorizeAsync(policy, known, context, context).ConfigureAwait(false);
        if (judged.Succeeded || await HasSchemeAsync(services, policy, judged).ConfigureAwait(false))
            await services.GetRequiredService<IAuthorizationMiddlewareResultHandler>().HandleAsync(show, context, policy, judged).ConfigureAwait(false);
        else
            context.Response.StatusCode = judged.Challenged ? StatusCodes.Status401Unauthorized : StatusCodes.Status403Forbidden;
        if (!judged.Succeeded && !context.Response.HasStarted
            && context.Response is { StatusCode: StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden, ContentLength: null } refusal)
        {
            await ExplainAsync(context, refusal.StatusCode, refusal.StatusCode == StatusCodes.Status401Unauthorized ? NotSignedIn : NotAllowed).ConfigureAwait(false);
        }
    }

    private static Task ExplainAsync(HttpContext context, int status, string why)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        IResult answer = context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase)
            ? TypedResults.Text(why, "text/plain; charset=utf-8", statusCode: status)
            : Problems.Of(status, why);
        return answer.ExecuteAsync(context);
    }

    // Without a scheme the host's services throw.
    private static async ValueTask<bool> HasSchemeAsync(IServiceProvider services, AuthorizationPolicy policy, PolicyAuthorizationResult judged) =>
        policy.AuthenticationSchemes.Count > 0
        || (services.GetService<IAuthenticationSchemeProvider>() is { } schemes
            && await (judged.Challenged ? schemes.GetDefaultChallengeSchemeAsync() : schemes.GetDefaultForbidSchemeAsync()).ConfigureAwait(false) is not null);

    // As the middleware puts it together: policies by name and as they are, single requirements, and without any of them the fallback.
    private static async Task<AuthorizationPolicy?> PolicyOf(EndpointMetadataCollection metadata, IAuthorizationPolicyProvider policies)
    {
        AuthorizationPolicy? policy = await AuthorizationPolicy.CombineAsync(
            policies, metadata.GetOrderedMetadata<IAuthorizeData>(), metadata.GetOrderedMetadata<AuthorizationPolicy>()).ConfigureAwait(false);
        IAuthorizationRequirement[] own = [.. metadata.GetOrderedMetadata<IAuthorizationRequirementData>().SelectMany(static data => data.GetRequirements())];
        if (own.Length == 0)
            return policy;

        AuthorizationPolicy alone = new AuthorizationPolicyBuilder().AddRequirements(own).Build();
        return policy is null ? alone : AuthorizationPolicy.Combine(policy, alone);
    }
}
