using System.Net;
using HaptiTalk.Messaging.Resilience;
using Microsoft.AspNetCore.Authorization;

namespace HaptiTalk.Demo;

/// <summary>Who sits at this machine may control the demo; a real host asks who somebody is.</summary>
internal static class LocalControl
{
    public static IServiceCollection AddControlFromThisMachine(this IServiceCollection services)
    {
        services.AddAuthorizationBuilder().AddPolicy(
            MessagingResilienceEndpointOptions.DefaultControlPolicy, policy => policy.RequireAssertion(IsFromThisMachine));
        return services;
    }

    private static bool IsFromThisMachine(AuthorizationHandlerContext context) =>
        context.Resource is HttpContext { Connection.RemoteIpAddress: { } address } && IPAddress.IsLoopback(address);
}
