using HaptiTalk.Messaging.Resilience.Brokers;
using Microsoft.Playwright;
using RabbitMQ.Client;
using static Microsoft.Playwright.Assertions;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>A real broker's dead letters on the page: from the groups to a message, and its replay.</summary>
public sealed class DeadLetterPageTests(BrowserFixture browser, BrokerFixture fixture)
{
    private const string Hostile = "<img src=x onerror=window.wasHacked=1>";

    [Fact]
    public async Task Replay_OfAGroup_ShowsWhatWouldHappenThenProgressAndStops()
    {
        await using BrokerWithDeadLetters broker = await FilledAsync(300);
        await using PageHost host = await PageHost.StartAsync(deadLetters: broker);
        await host.SucceedAsync();
        await using WatchedPage page = await browser.OpenAsync(host, View.Of(1920, isDark: true), PageHost.Operator);
        ILocator panel = page.Page.Locator("#dead-letters-panel");

        await Expect(page.Page.Locator("#dead-letters")).ToContainTextAsync("301");
        await page.Button("user_error: look into it").ClickAsync();
        await Expect(panel.GetByRole(AriaRole.Row)).ToHaveCountAsync(3);
        await page.Button("300 of System.TimeoutException, GetUserProfile: show messages").ClickAsync();
        await Expect(panel).ToContainTextAsync("1 to 50 of 300");
        await page.Button("Next").ClickAsync();
        await Expect(panel).ToContainTextAsync("51 to 100 of 300");
        await page.Button("Message message-51: show").ClickAsync();
        await Expect(panel.GetByRole(AriaRole.Region, new() { Name = "Stack trace" })).ToContainTextAsync("HaptiTalk.Users.Store.Load");
        await Expect(panel.GetByRole(AriaRole.Region, new() { Name = "Body, " })).ToContainTextAsync("\"userId\": 51");
        await Expect(panel).ToContainTextAsync("0af7651916cd43dd8448eb211c80319c");
        await Expect(panel.GetByRole(AriaRole.Region, new() { Name = "Envelope" })).ToContainTextAsync("header tenant");
        await page.Button("Back").ClickAsync();

        await page.Button("Replay these 300").ClickAsync();
        await Expect(page.Dialog).ToContainTextAsync("Replay 300 of System.TimeoutException, GetUserProfile from user_error?");
        await Expect(page.Dialog).ToContainTextAsync("Would be replayed300");
        await Expect(page.Dialog).ToContainTextAsync("To user (300).");
        await page.Dialog.GetByLabel("Messages per second (optional)").FillAsync("20");
        await page.Dialog.GetByRole(AriaRole.Checkbox).UncheckAsync();
        (await broker.CountAsync("user")).ShouldBe(0u);
        await page.Dialog.GetByRole(AriaRole.Button, new() { Name = "Replay" }).ClickAsync();

        await Expect(panel.Locator(".numbers")).ToContainTextAsync(" left");
        await Expect(panel.GetByRole(AriaRole.Progressbar)).ToHaveAttributeAsync("max", "301");
        await TakePictureAsync(page);
        await page.Button("Stop").ClickAsync();
        await Expect(panel).ToContainTextAsync("It was stopped. What was left stays where it was.");
        uint replayed = await broker.CountAsync("user");
        replayed.ShouldBeInRange(1u, 299u);
        await Expect(panel.GetByRole(AriaRole.Region, new() { Name = "Outcome" })).ToContainTextAsync($"Replayed{replayed}");
        await broker.ShouldHoldAsync("user_error", 301 - replayed);
        page.ShouldBeClean();
    }

    [Theory]
    [InlineData(1280)]
    [InlineData(1920)]
    public async Task DeadLetters_ALongTimeline_DoesNotPushThemDown(int width)
    {
        await using BrokerWithDeadLetters broker = await FilledAsync(1);
        await using PageHost host = await PageHost.StartAsync(deadLetters: broker);
        await host.SucceedAsync();
        await using WatchedPage page = await browser.OpenAsync(host, new View(width, 900, IsDark: false), PageHost.Operator);
        for (int i = 0; i < 30; i++)
            host.Control.Isolate(new("user"), by: "somebody");
        await Expect(page.Timeline.GetByRole(AriaRole.Listitem)).ToHaveCountAsync(31);
        await Expect(page.Page.Locator("#dead-letters")).ToContainTextAsync("user_error");

        (await page.Page.Locator("#dead-letters").EvaluateAsync<double>("section => section.getBoundingClientRect().bottom")).ShouldBeLessThan(900);
    }

    [Fact]
    public async Task Replay_OfAMessageByKeyboard_EndsWithItsOutcome()
    {
        await using BrokerWithDeadLetters broker = await FilledAsync(3);
        await using PageHost host = await PageHost.StartAsync(deadLetters: broker);
        await using WatchedPage page = await browser.OpenAsync(host, user: PageHost.Operator);
        ILocator panel = page.Page.Locator("#dead-letters-panel");

        await page.Button("user_error: look into it").FocusAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        await page.Button("3 of System.TimeoutException, GetUserProfile: show messages").FocusAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        await page.Button("Message message-2: show").FocusAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(panel.GetByRole(AriaRole.Heading, new() { Name = "Message " })).ToBeFocusedAsync();
        await page.Button("Replay this message").FocusAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Dialog).ToBeVisibleAsync();
        await page.Page.Keyboard.PressAsync("Enter");

        await Expect(panel).ToContainTextAsync("Everything meant was dealt with.");
        await Expect(panel.GetByRole(AriaRole.Region, new() { Name = "Outcome" })).ToContainTextAsync("Replayed1");
        await Expect(page.Button("2 of System.TimeoutException, GetUserProfile: show messages")).ToBeVisibleAsync();
        (await broker.TakeAllAsync("user")).ShouldHaveSingleItem().Id.ShouldBe("message-2");
        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(panel).ToBeHiddenAsync();
        page.ShouldBeClean();
    }

    [Fact]
    public async Task Panel_MarkupInNamesAndBodies_ShowsItAsText()
    {
        await using BrokerWithDeadLetters broker = await BrokerWithDeadLetters.CreateAsync(fixture);
        string queue = $"../{Hostile}?#%2F";
        await broker.DeclareAsync($"{queue}_error");
        (BasicProperties properties, byte[] body) = BrokerWithDeadLetters.Failed(1, queue, Hostile, Hostile, $$"""{"messageType":["urn:message:{{Hostile}}"],"text":"</pre><script>window.wasHacked=1</script>"}""");
        properties.MessageId = Hostile;
        properties.Headers![Hostile] = Hostile;
        await broker.PublishAsync($"{queue}_error", (properties, body));
        await using PageHost host = await PageHost.StartAsync(deadLetters: broker);
        await using WatchedPage page = await browser.OpenAsync(host, user: PageHost.Operator);
        ILocator panel = page.Page.Locator("#dead-letters-panel");

        await page.Button($"{queue}_error: look into it").ClickAsync();
        await panel.GetByRole(AriaRole.Button, new() { Name = ": show messages" }).ClickAsync();
        await page.Button($"Message {Hostile}: show").ClickAsync();
        await Expect(panel.GetByRole(AriaRole.Region, new() { Name = "Body, " })).ToContainTextAsync("</pre><script>");
        await Expect(panel.GetByRole(AriaRole.Region, new() { Name = "Headers" })).ToContainTextAsync($"{Hostile}{Hostile}");
        await page.Button("Replay this message").ClickAsync();
        await Expect(page.Dialog).ToContainTextAsync($"Replay message {Hostile} from {queue}_error?");
        await Expect(page.Dialog).ToContainTextAsync("Target missing1");

        (await page.Page.EvaluateAsync<bool>("'wasHacked' in window")).ShouldBeFalse();
        (await page.Page.Locator("img, script:not([src])").CountAsync()).ShouldBe(0);
        page.ShouldBeClean();
    }

    [Fact]
    public async Task Panel_SomebodyWhoMayOnlyLook_IsToldWhyNothingOfTheMessagesIsShown()
    {
        await using BrokerWithDeadLetters broker = await FilledAsync(3);
        await using PageHost host = await PageHost.StartAsync(deadLetters: broker);
        await using WatchedPage page = await browser.OpenAsync(host, user: "bob");

        await page.Button("user_error: look into it").ClickAsync();

        ILocator panel = page.Page.Locator("#dead-letters-panel");
        await Expect(panel).ToContainTextAsync(
            "You can see how many messages wait, but neither what is in them nor replay them. You do not satisfy the authorization policy 'MessagingResilience.Control'.");
        await Expect(panel).Not.ToContainTextAsync("Reading the queue");
        await Expect(panel.GetByRole(AriaRole.Table)).ToHaveCountAsync(0);
        await Expect(panel.GetByRole(AriaRole.Link)).ToHaveCountAsync(0);
        await Expect(panel.GetByRole(AriaRole.Button)).ToHaveCountAsync(1);
        page.ShouldBeClean();
    }

    [Fact]
    public async Task Panel_QueueThatCannotBeLookedInto_SaysWhyAndWhatHelps()
    {
        await using BrokerWithDeadLetters broker = await BrokerWithDeadLetters.CreateAsync(fixture);
        await broker.FillWithWhatCannotBeLookedIntoAsync("limited_error");
        await using PageHost host = await PageHost.StartAsync(deadLetters: broker);
        await using WatchedPage page = await browser.OpenAsync(host, user: PageHost.Operator);
        ILocator panel = page.Page.Locator("#dead-letters-panel");

        await page.Button("limited_error: look into it").ClickAsync();
        await Expect(panel).ToContainTextAsync("This queue cannot be read safely.");
        await Expect(panel.Locator(".remedies li").First).ToBeVisibleAsync();
        await page.Button("Replay all").ClickAsync();
        await Expect(page.Dialog).ToContainTextAsync("What would become of them cannot be said beforehand.");

        await AccessibilityTests.ShouldPassAsync(page, "refusal");
        page.ShouldBeClean();
    }

    [Fact]
    public async Task Page_HostThatNamesNoBroker_ShowsNothingOfIt()
    {
        await using PageHost host = await PageHost.StartAsync();
        await using WatchedPage page = await browser.OpenAsync(host, user: PageHost.Operator);
        IResponse answer = await page.Page.RunAndWaitForResponseAsync(() => page.Page.ReloadAsync(), response => response.Url.EndsWith("/dead-letters", StringComparison.Ordinal));
        await answer.FinishedAsync();
        await Expect(page.Connection).ToHaveTextAsync("Live");

        answer.Status.ShouldBe(501);
        await Expect(page.Page.Locator("#dead-letters")).ToBeHiddenAsync();
        page.ShouldBeClean();
    }

    [Theory]
    [InlineData(1920, true)]
    [InlineData(400, false)]
    public async Task Panel_EveryState_HasNothingThatAxeObjectsToAndStaysWithinThePage(int width, bool isDark)
    {
        await using BrokerWithDeadLetters broker = await FilledAsync(100);
        await using PageHost host = await PageHost.StartAsync(deadLetters: broker);
        await using WatchedPage page = await browser.OpenAsync(host, View.Of(width, isDark), PageHost.Operator);
        ILocator panel = page.Page.Locator("#dead-letters-panel");
        await page.Button("user_error: look into it").WaitForAsync();
        await AccessibilityTests.ShouldPassAsync(page, "queues");
        (await page.WidthAsync()).ShouldBeLessThanOrEqualTo(width);

        await page.Button("user_error: look into it").ClickAsync();
        await page.Button("100 of System.TimeoutException, GetUserProfile: show messages").WaitForAsync();
        await AccessibilityTests.ShouldPassAsync(page, "groups");
        await page.Button("100 of System.TimeoutException, GetUserProfile: show messages").ClickAsync();
        await page.Button("Message message-1: show").ClickAsync();
        await page.Button("Replay this message").WaitForAsync();
        await AccessibilityTests.ShouldPassAsync(page, "message");
        (await panel.EvaluateAsync<int>("panel => panel.scrollWidth - panel.clientWidth")).ShouldBe(0);
        await page.Button("Back").ClickAsync();
        await page.Button("Replay these 100").ClickAsync();
        await Expect(page.Dialog).ToBeVisibleAsync();
        await AccessibilityTests.ShouldPassAsync(page, "question");
        await page.Dialog.GetByLabel("Messages per second (optional)").FillAsync("5");
        await page.Dialog.GetByRole(AriaRole.Checkbox).UncheckAsync();
        await page.Dialog.GetByRole(AriaRole.Button, new() { Name = "Replay" }).ClickAsync();
        await Expect(panel.Locator(".numbers")).ToContainTextAsync(" left");
        await AccessibilityTests.ShouldPassAsync(page, "progress");
    }

    /// <summary>So many of one kind and one of another.</summary>
    private async Task<BrokerWithDeadLetters> FilledAsync(int messages)
    {
        BrokerWithDeadLetters broker = await BrokerWithDeadLetters.CreateAsync(fixture);
        await broker.FillAsync(messages: messages);
        await broker.PublishAsync("user_error", BrokerWithDeadLetters.Failed(messages + 1, exception: BrokerWithDeadLetters.Invalid));
        return broker;
    }

    /// <remarks>eng/screenshots takes the picture of docs/images from what this leaves in artifacts/screenshots.</remarks>
    private static async Task TakePictureAsync(WatchedPage page)
    {
        DirectoryInfo root = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Parent!.Parent!.Parent!.Parent!;
        await page.Page.SetViewportSizeAsync(1280, 800);
        await page.Page.ScreenshotAsync(new() { Path = Path.Combine(root.FullName, "artifacts", "screenshots", "page-dead-letters.png") });
    }
}
