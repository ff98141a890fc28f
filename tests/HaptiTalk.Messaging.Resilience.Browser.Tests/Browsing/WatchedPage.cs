using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>The page in a browser, and what goes wrong in it unseen.</summary>
internal sealed class WatchedPage : IAsyncDisposable
{
    // A container that comes or goes changes the machine's network, and the browser then drops what it is loading.
    private const string NetworkChanged = "net::ERR_NETWORK_CHANGED";

    private readonly ConcurrentQueue<string> _complaints = new();
    private readonly ConcurrentQueue<string> _foreign = new();
    private volatile bool _isNetworkChanged;

    public WatchedPage(IPage page, string origin)
    {
        Page = page;
        page.Console += (_, message) =>
        {
            // The browser itself notes every answer of 400 and above here; what the page makes of those is tested where it matters.
            if (message.Type is "error" or "warning" && !message.Text.StartsWith("Failed to load resource:", StringComparison.Ordinal))
                _complaints.Enqueue(message.Text);
        };
        page.RequestFailed += (_, request) => _isNetworkChanged |= request.Failure == NetworkChanged;
        page.PageError += (_, error) => _complaints.Enqueue(error);
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(origin + "/", StringComparison.Ordinal))
                _foreign.Enqueue(request.Url);
        };
    }

    public IPage Page { get; }

    public ILocator Dialog => Page.Locator("#confirm");

    public ILocator Details => Page.Locator("#details");

    public ILocator Announcer => Page.Locator("#announcer");

    public ILocator Connection => Page.Locator("#connection");

    public ILocator Timeline => Page.Locator("#timeline-list");

    /// <summary>The row of a service on one side.</summary>
    public ILocator Row(string service, string side) => Page.GetByRole(AriaRole.Row).Filter(new()
    {
        Has = Page.GetByRole(AriaRole.Button, new() { Name = $"{service}, {side}: details", Exact = true }),
    });

    public ILocator Badge(string service, string side) => Row(service, side).Locator(".badge");

    public async Task GoToAsync(string address)
    {
        do
        {
            _isNetworkChanged = false;
            await Page.GotoAsync(address);
        }
        while (_isNetworkChanged);

        await Assertions.Expect(Connection).ToHaveTextAsync("Live");
    }

    public async Task OpenDetailsAsync(string service, string side)
    {
        await Row(service, side).GetByRole(AriaRole.Button).ClickAsync();
        await Assertions.Expect(Details).ToBeVisibleAsync();
    }

    /// <summary>Changes what the host answers from now on, where it would need hours or a broker to answer so by itself.</summary>
    public Task ChangeOverviewAsync(Action<JsonNode> change) => Page.RouteAsync("**/resilience/overview", async route =>
    {
        IAPIResponse answer = await route.FetchAsync();
        JsonNode overview = JsonNode.Parse(await answer.TextAsync())!;
        change(overview);
        await route.FulfillAsync(new() { Response = answer, Body = overview.ToJsonString() });
    });

    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    /// <summary>How wide the content is; more than the view is a page that scrolls sideways.</summary>
    public Task<int> WidthAsync() => Page.EvaluateAsync<int>("document.documentElement.scrollWidth");

    /// <summary>Nothing failed in scripts, nothing broke the content policy, and nobody but the host was asked for anything.</summary>
    public void ShouldBeClean()
    {
        _complaints.ShouldBeEmpty();
        _foreign.ShouldBeEmpty();
    }

    public async ValueTask DisposeAsync() => await Page.Context.CloseAsync();
}
