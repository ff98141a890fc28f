using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>The page for people, at the address of the group itself.</summary>
internal static class PageEndpoints
{
    // Nothing but this host's own files and answers, no script or style in the markup, and no text that becomes markup.
    private const string ContentPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    /// <param name="group">The group at <c>/resilience</c>; index.html names its files relative to that.</param>
    public static void MapPage(this IEndpointRouteBuilder group)
    {
        var assets = PageAssets.Load();
        group.MapGet(string.Empty, (HttpContext context) => IsOneTooDeep(context.Request) ? TypedResults.Redirect("../resilience") : Answer(context, assets.Find(PageAssets.Index)))
            .ExcludeFromDescription()
            .Explain();
        group.MapGet("/assets/{**path}", (HttpContext context, string path) => Answer(context, assets.Find(path)))
            .ExcludeFromDescription();
    }

    // With a slash at the end, relative addresses begin one level further down. Relative itself: a proxy may have cut off what
    // stands before.
    private static bool IsOneTooDeep(HttpRequest request) => request.Path.Value is { } path && path.EndsWith('/');

    private static IResult Answer(HttpContext context, PageAsset? asset)
    {
        if (asset is null)
            return TypedResults.NotFound();

        IHeaderDictionary headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";

        // Asked for each time and answered with 304: after an update no file of the old version runs beside the new ones.
        headers.CacheControl = "private, no-cache";
        return TypedResults.Bytes(asset.Content, asset.ContentType, entityTag: asset.Tag);
    }
}
