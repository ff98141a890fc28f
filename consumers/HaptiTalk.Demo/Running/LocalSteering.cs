using System.Net;
using HaptiTalk.Messaging.Resilience;
using Microsoft.AspNetCore.Authorization;

namespace HaptiTalk.Demo;

/// <summary>Who sits at this machine may steer the demo; a real host asks who somebody is.</summary>
internal static class LocalSteering
{
    public static IServiceCollection AddSteeringFromThisMachine(this IServiceCollection services)
    {
        services.AddAuthorizationBuilder().AddPolicy(
            MessagingResilienceEndpointOptions.DefaultSteeringPolicy, policy => policy.RequireAssertion(IsFromThisMachine));
        return services;
    }

    private static bool IsFromThisMachine(AuthorizationHandlerContext context) =>
        context.Resource is HttpContext { Connection.RemoteIpAddress: { } address } && IPAddress.IsLoopback(address);
}
