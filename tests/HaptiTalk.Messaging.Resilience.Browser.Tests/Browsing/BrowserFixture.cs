using Microsoft.Playwright;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>One real browser for all tests; each test has a profile of its own in it.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        // A machine that is busy with other things, too, takes its time.
        Assertions.SetDefaultExpectTimeout(15_000);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = InstalledChromium.Path,
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync", "--disable-lcd-text",
            ],
        });
    }

    /// <summary>Opens the page of a host.</summary>
    internal Task<WatchedPage> OpenAsync(PageHost host, View? view = null, string? user = null) => OpenAsync(host.Address, view ?? View.Wide, user);

    /// <summary>Opens the page at an address.</summary>
    internal async Task<WatchedPage> OpenAsync(string address, View view, string? user = null)
    {
        string origin = new Uri(address).GetLeftPart(UriPartial.Authority);
        IBrowserContext context = await _browser!.NewContextAsync(new()
        {
            ViewportSize = new() { Width = view.Width, Height = view.Height },
            ColorScheme = view.IsDark ? ColorScheme.Dark : ColorScheme.Light,
            ReducedMotion = ReducedMotion.Reduce,
        });
        if (user is not null)
            await context.AddCookiesAsync([new() { Name = CookieAuthentication.Cookie, Value = user, Url = origin }]);

        var page = new WatchedPage(await context.NewPageAsync(), origin);
        await page.GoToAsync(address);
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}
