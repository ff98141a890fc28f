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

    public static bool IsShown(HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"].ToString() is "" or "same-origin" or "none"
        && (request.Headers[Header] == "1" || request.HasJsonContentType());
}
