using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Last good replies of a host that has no bus: its store, its format, and what cannot be kept.</summary>
public sealed class LastGoodRepliesTests
{
    private static readonly Type[] Replies = [typeof(Answer)];

    private readonly OwnStore _own = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task FindAsync_NothingRegistered_IsFoundInMemoryUntilItIsTooOld()
    {
        await using TestResilience test = TestResilience.WithProfile("Fallback:MaxStaleAge=00:01:00");
        LastGoodReplies replies = test.Get<LastGoodReplies>();
        Execution run = Run(test);

        replies.Remember(run, new Question("x"), Replies, new Answer("y"));
        test.Clock.Advance(TimeSpan.FromSeconds(60));

        (await replies.FindAsync(run, new Question("x"), Replies)).ShouldBe(new(new Answer("y"), TimeSpan.FromSeconds(60)));
        (await replies.FindAsync(run, new Question("other"), Replies)).ShouldBeNull();
        test.Clock.Advance(TimeSpan.FromMilliseconds(1));
        (await replies.FindAsync(run, new Question("x"), Replies)).ShouldBeNull();
    }

    [Fact]
    public async Task FindAsync_HostHasAStoreOfItsOwn_ThatIsAskedAlone()
    {
        await using TestResilience test = TestResilience.Configured(Register, "Fallback:MaxStaleAge=00:01:00");
        LastGoodReplies replies = test.Get<LastGoodReplies>();
        Execution run = Run(test);

        replies.Remember(run, new Question("x"), Replies, new Answer("y"));

        KeptReply kept = _own.Kept.ShouldHaveSingleItem();
        kept.Key.ShouldStartWith("haptitalk:last-good:1:user:ask:");
        kept.KeptFor.ShouldBe(TimeSpan.FromMinutes(1));
        Encoding.UTF8.GetString(kept.Content).ShouldContain("\"text\":\"y\"");
        (await replies.FindAsync(run, new Question("x"), Replies)).ShouldNotBeNull().Message.ShouldBe(new Answer("y"));
    }

    [Fact]
    public async Task Write_StoreSaysWhyNot_IsCountedUnderThatReason()
    {
        await using TestResilience test = TestResilience.Configured(Register);

        test.Get<LastGoodReplies>().Remember(Run(test), new Question("x"), Replies, new Answer("y"));
        _own.Kept.ShouldHaveSingleItem().Failed("dropped", new IOException("full"));

        test.Measured.Of("last_good_reply_failures").ShouldHaveSingleItem().Tags.ShouldBe("operation=ask,reason=dropped,service=user,side=client");
    }

    [Fact]
    public async Task Remember_FormatSaysThatAMessageIsNotComplete_KeepsNothingAndSaysSoOnce()
    {
        await using TestResilience test = TestResilience.Configured(resilience =>
        {
            Register(resilience);
            resilience.Services.AddSingleton<IReplyFormat, IncompleteFormat>();
        });

        for (int i = 0; i < 3; i++)
            test.Get<LastGoodReplies>().Remember(Run(test), new Question("x"), Replies, new Answer("y"));

        _own.Kept.ShouldBeEmpty();
        (await test.Get<LastGoodReplies>().FindAsync(Run(test), new Question("x"), Replies)).ShouldBeNull();
        test.Log.Entries.Count(static entry => entry.Message.Contains("are not kept", StringComparison.Ordinal)).ShouldBe(1);
    }

    private static Execution Run(TestResilience test)
    {
        var run = new Execution(FailureClassifier.Default, test.Clock);
        run.Begin(new(test.States.Get(ResilienceSide.Client, "user", "ask"), Token));
        return run;
    }

    private void Register(IMessagingResilienceBuilder resilience) => resilience.Services.AddSingleton<ILastGoodReplyStore>(_own);

    private sealed record Question(string Text);

    private sealed record Answer(string Text);

    private sealed class OwnStore : ILastGoodReplyStore
    {
        public List<KeptReply> Kept { get; } = [];

        public bool IsDistributed => false;

        public ValueTask<byte[]?> ReadAsync(string key, TimeSpan keptFor, bool memoryOnly) => new(Kept.Find(reply => reply.Key == key)?.Content);

        public void Write(KeptReply reply) => Kept.Add(reply);

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class IncompleteFormat : IReplyFormat
    {
        public JsonSerializerOptions JsonOptions => JsonSerializerOptions.Web;

        public string NameOf(Type messageType) => messageType.Name;

        public TRequest Normalize<TRequest>(TRequest request)
            where TRequest : class => request;

        public bool IsComplete(Type messageType) => messageType != typeof(Answer);
    }
}
