using HaptiTalk.Messaging.Resilience;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Documentation.Tests;

/// <summary>The page for browsers that sign in, and its endpoints for programs with bearer tokens.</summary>
public static class OperatorSignIn
{
    public static void AddOperatorSignIn(this IServiceCollection services)
    {
        services.AddAuthentication().AddCookie("Cookies", options => options.LoginPath = "/sign-in");
        services.AddAuthorizationBuilder().AddPolicy("operators", policy => policy
            .AddAuthenticationSchemes("Bearer", "Cookies")  // the one that leads a browser to its sign-in comes last
            .RequireRole("operator"));
    }

    public static void MapPageForOperators(this IEndpointRouteBuilder endpoints) => endpoints
        .MapMessagingResilience(options => options.ControlPolicy = "operators")
        .RequireAuthorization("operators");
}
