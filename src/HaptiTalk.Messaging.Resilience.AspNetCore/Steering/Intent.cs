using Microsoft.AspNetCore.Http;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Tells what somebody sent on purpose from what a foreign page made a browser send: such a page can set neither of the two
/// headers without asking first, and it is not answered.
/// </summary>
internal static class Intent
{
    public const string Header = "X-Resilience";

    public const string Rule =
        $"A change has to carry 'Content-Type: application/json' or '{Header}: 1', and a browser sends it only for a page of this host.";

    public const string RuleForLooks = "A browser may ask for this only on behalf of a page of this host.";

    /// <summary>Whether a browser says that a page of another host makes it ask.</summary>
    /// <remarks>Over plain HTTP browsers say nothing of the site, unless it is on their own machine; then there is the origin.</remarks>
    public static bool IsForeign(HttpRequest request) => request.Headers["Sec-Fetch-Site"].ToString() switch
    {
        "same-origin" or "none" => false,
        "" => request.Headers.Origin.ToString() is { Length: > 0 } origin && !IsOf(request.Host, origin),
        _ => true,
    };

    public static bool IsShown(HttpRequest request) =>
        !IsForeign(request)
        && (request.Headers[Header] == "1" || request.HasJsonContentType());

    // What ends TLS before this host may leave it with another scheme, not with another name.
    private static bool IsOf(HostString host, string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out Uri? page) && string.Equals(page.Authority, host.Value, StringComparison.OrdinalIgnoreCase);
}
