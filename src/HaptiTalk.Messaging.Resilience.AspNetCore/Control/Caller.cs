using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>The caller's name in the log and the audit.</summary>
internal static class Caller
{
    private const int LongestName = 200;

    /// <summary>Whether it is somebody who has signed in.</summary>
    public static bool IsKnown(HttpContext context) => context.User.Identity is { IsAuthenticated: true };

    public static string NameOf(HttpContext context)
    {
        ClaimsPrincipal user = context.User;
        string? name = IsKnown(context)
            ? user.Identity!.Name ?? user.FindFirst(ClaimTypes.NameIdentifier)?.Value ?? user.FindFirst("sub")?.Value ?? "authenticated without a name"
            : null;
        return string.IsNullOrWhiteSpace(name) ? $"anonymous from {context.Connection.RemoteIpAddress?.ToString() ?? "this process"}" : OneLine.Of(name, LongestName);
    }
}
