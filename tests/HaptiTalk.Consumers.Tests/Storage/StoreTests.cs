using HaptiTalk.Auth;
using HaptiTalk.Contracts;
using HaptiTalk.Feedback;
using HaptiTalk.Hosting;
using HaptiTalk.Realtime;
using HaptiTalk.Session;
using HaptiTalk.User;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Consumers.Tests;

public sealed class StoreTests : IAsyncDisposable
{
    private static readonly DateTimeOffset Now = new(2025, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();
    private readonly List<ServiceProvider> _providers = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        foreach (ServiceProvider provider in _providers)
            await provider.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Users_TwoNewDatabases_AreTheSame()
    {
        IUserStore one = Open<IUserStore>(new UserModule(), "one");
        IUserStore two = Open<IUserStore>(new UserModule(), "two");

        foreach (string id in Enumerable.Range(1, 50).Select(i => $"user-{i:000}"))
            (await one.FindAsync(id, Token)).ShouldNotBeNull().ShouldBe(await two.FindAsync(id, Token));
    }

    [Fact]
    public async Task Users_TwoProcessesOnOneFile_SeeEachOther()
    {
        IUserStore one = Open<IUserStore>(new UserModule(), "same");
        IUserStore two = Open<IUserStore>(new UserModule(), "same");

        await one.UpdateAsync("user-001", name: null, locale: "en", Token);

        (await two.FindAsync("user-001", Token)).ShouldNotBeNull().Locale.ShouldBe("en");
    }

    [Fact]
    public async Task Users_Unknown_IsNull()
    {
        IUserStore users = Open<IUserStore>(new UserModule());

        (await users.FindAsync("user-051", Token)).ShouldBeNull();
        (await users.UpdateAsync("user-051", "name", "ko", Token)).ShouldBeNull();
    }

    [Fact]
    public async Task Sessions_SeededFeedback_IsWhatTheFeedbackServiceHolds()
    {
        ISessionStore sessions = Open<ISessionStore>(new SessionModule());
        IFeedbackStore feedback = Open<IFeedbackStore>(new FeedbackModule());

        foreach (string id in Enumerable.Range(1, 200).Select(i => $"session-{i:000}"))
        {
            StoredSession session = (await sessions.FindAsync(id, Token)).ShouldNotBeNull();
            SessionFeedback held = await feedback.ReadAsync(id, Token);
            held.Pieces.Count.ShouldBe(session.FeedbackCount);
            held.IsEnded.ShouldBe(session.EndedAt is not null);
            held.Pieces.ShouldAllBe(piece => piece.DeliveredAt > session.StartedAt && piece.DeliveredAt < session.EndedAt);
        }
    }

    [Fact]
    public async Task Sessions_EndedTwice_KeepTheFirstEnd()
    {
        ISessionStore sessions = Open<ISessionStore>(new SessionModule());

        await sessions.EndAsync("session-200", Now, Token);
        StoredSession? again = await sessions.EndAsync("session-200", Now.AddMinutes(1), Token);

        again.ShouldNotBeNull().EndedAt.ShouldBe(Now);
    }

    [Fact]
    public async Task Tokens_ExpiredLongAgo_AreForgottenWithTheNextOne()
    {
        ITokenStore tokens = Open<ITokenStore>(new AuthModule());
        await tokens.AddAsync(new StoredToken("old", "user-001", Now.AddDays(-2)), Now.AddDays(-3), Token);
        await tokens.AddAsync(new StoredToken("recent", "user-001", Now.AddHours(-2)), Now.AddDays(-3), Token);

        await tokens.AddAsync(new StoredToken("new", "user-001", Now.AddHours(1)), Now, Token);

        (await tokens.FindAsync("old", Token)).ShouldBeNull();
        (await tokens.FindAsync("recent", Token)).ShouldNotBeNull();
        (await tokens.FindAsync("new", Token)).ShouldBe(new StoredToken("new", "user-001", Now.AddHours(1)));
    }

    [Fact]
    public async Task Connections_AfterTheEnd_LetNobodyIn()
    {
        IConnectionStore connections = Open<IConnectionStore>(new RealtimeModule());

        await connections.EndAsync("session-200", Token);
        await connections.ConnectAsync("session-200", new LiveConnection("late", Now), Token);

        (await connections.ReadAsync("session-200", Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Connections_DeliveredTwice_AnswerTheFirstDelivery()
    {
        IConnectionStore connections = Open<IConnectionStore>(new RealtimeModule());

        Delivery? first = await connections.DeliverAsync("session-200", "feedback", Now, Token);
        await connections.EndAsync("session-200", Token);
        Delivery? second = await connections.DeliverAsync("session-200", "feedback", Now.AddMinutes(1), Token);

        first.ShouldBe(new Delivery(Devices: 2, Now));
        second.ShouldBe(first);
    }

    private TStore Open<TStore>(IServiceModule module, string folder = "data")
        where TStore : notnull
    {
        IConfiguration configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal) { ["Storage:Path"] = Path.Combine(_folder.Path, folder) })
            .Build();
        var services = new ServiceCollection();
        module.AddServices(services, configuration);
        ServiceProvider provider = services.BuildServiceProvider();
        _providers.Add(provider);
        return provider.GetRequiredService<TStore>();
    }
}
