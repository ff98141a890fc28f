using Microsoft.AspNetCore.Http;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Tells a request that somebody sends on purpose from one that a foreign page makes a browser send. Such a page can set neither of
/// the two headers without a preflight request, and nothing answers that.
/// </summary>
internal static class Intent
{
    public const string Header = "X-Resilience";

    public const string Rule =
        $"A change needs 'Content-Type: application/json' or '{Header}: 1'. A browser may send it only for a page of this host.";

    public const string RuleForLooks = "A browser may send this only for a page of this host.";

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
