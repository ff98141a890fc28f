namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>What others ask the control, and what they add to its history.</summary>
public sealed class RecordTests
{
    [Fact]
    public async Task Record_ChangeMadeElsewhere_IsKeptLoggedAndToldOf()
    {
        var told = new RecordedEvents<ControlChanged>();
        await using TestResilience test = TestResilience.Configured(builder => builder.OnEvent<ControlChanged>(told.OnEventAsync));
        var change = new ControlChange(test.Clock.GetUtcNow(), "anna", "purge", "user_error", "3 messages", "none", "a drill");
        test.Control.Isolate(new("user"), "an operator");

        test.Control.Record(change).ShouldBe(change);

        test.Control.History.Select(kept => kept.What).ShouldBe(["isolate", "purge"]);
        (await told.NextAsync(2))[1].Change.ShouldBe(change);
        test.Log.Entries[^1].Message.ShouldBe("anna changed 'user_error': purge; before: 3 messages; after: none; reason: a drill.");
    }

    [Fact]
    public void SharesCircuit_OperationWithAndWithoutItsOwn_SaysWhatASteeringWouldRefuse()
    {
        using TestResilience test = TestResilience.WithProfile("Operations:export:Scope=Operation");
        ControlTarget[] targets =
        [
            new("user"), new("user", ResilienceSide.Local, "export"), new("user", ResilienceSide.Consumer, "list"), new("user", ResilienceSide.Local, "list"),
        ];

        targets.Select(test.Control.SharesCircuit).ShouldBe([false, false, false, true]);
        targets.Select(target => Throws(() => test.Control.Isolate(target, "an operator"))).ShouldBe([false, false, false, true]);
    }

    private static bool Throws(Action act)
    {
        try
        {
            act();
            return false;
        }
        catch (ArgumentException)
        {
            return true;
        }
    }
}
