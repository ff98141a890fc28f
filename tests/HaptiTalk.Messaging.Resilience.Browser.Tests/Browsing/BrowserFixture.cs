using Microsoft.Playwright;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>One real browser for all tests; each test has a profile of its own in it.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = InstalledChromium.Path,
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync",
            ],
        });
    }

    /// <summary>Opens the page of a host.</summary>
    internal async Task<WatchedPage> OpenAsync(PageHost host, View? view = null, string? user = null)
    {
        view ??= View.Wide;
        IBrowserContext context = await _browser!.NewContextAsync(new()
        {
            ViewportSize = new() { Width = view.Width, Height = view.Height },
            ColorScheme = view.IsDark ? ColorScheme.Dark : ColorScheme.Light,
            ReducedMotion = ReducedMotion.Reduce,
        });
        if (user is not null)
            await context.AddCookiesAsync([new() { Name = CookieAuthentication.Cookie, Value = user, Url = host.Origin }]);

        var page = new WatchedPage(await context.NewPageAsync(), host.Origin);
        await page.GoToAsync(host.Address);
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}
