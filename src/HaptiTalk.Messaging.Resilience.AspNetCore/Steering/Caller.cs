using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>What the log and the audit call whoever asks.</summary>
internal static class Caller
{
    private const int LongestName = 200;

    public static string NameOf(HttpContext context)
    {
        ClaimsPrincipal user = context.User;
        string? name = user.Identity is { IsAuthenticated: true }
            ? user.Identity.Name ?? user.FindFirst(ClaimTypes.NameIdentifier)?.Value ?? user.FindFirst("sub")?.Value ?? "authenticated without a name"
            : null;
        return string.IsNullOrWhiteSpace(name) ? $"anonymous from {context.Connection.RemoteIpAddress?.ToString() ?? "this process"}" : OneLine.Of(name, LongestName);
    }
}
