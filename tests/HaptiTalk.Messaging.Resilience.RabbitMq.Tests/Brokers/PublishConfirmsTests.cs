namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Brokers;

public sealed class PublishConfirmsTests
{
    private static readonly Action<string> Nothing = static _ => { };

    [Fact]
    public void TryTake_AnsweredOutOfOrder_WaitsForTheOldest()
    {
        PublishConfirms<string> confirms = Of("a", "b", "c");

        confirms.Confirm(2, multiple: false, Nothing);
        confirms.TryTake(out _, out _).ShouldBeFalse();
        confirms.Refuse(1, multiple: false, Nothing);

        Taken(confirms).ShouldBe([("a", false), ("b", true)]);
        confirms.Unanswered().ShouldBe(["c"]);
    }

    [Fact]
    public void Confirm_Multiple_AnswersAllBeforeItOnce()
    {
        PublishConfirms<string> confirms = Of("a", "b", "c");
        List<string> answered = [];

        confirms.Confirm(2, multiple: true, answered.Add);
        confirms.Confirm(2, multiple: true, answered.Add);

        answered.ShouldBe(["a", "b"]);
        confirms.Outstanding.ShouldBe(1);
    }

    [Fact]
    public void Confirm_AfterTheReturnOfTheSame_DoesNotCount()
    {
        PublishConfirms<string> confirms = Of("a");

        confirms.Return(1, Nothing);
        confirms.Confirm(1, multiple: false, static _ => throw new InvalidOperationException("It was returned."));

        Taken(confirms).ShouldBe([("a", false)]);
    }

    [Fact]
    public void Return_OfAnUnknownNumber_RefusesAllThatWait()
    {
        PublishConfirms<string> confirms = Of("a", "b", "c");
        confirms.Confirm(1, multiple: false, Nothing);

        confirms.Return(null, Nothing);

        Taken(confirms).ShouldBe([("a", true), ("b", false), ("c", false)]);
    }

    [Fact]
    public void Confirm_NumberThatWasNeverPublished_AnswersNothing()
    {
        PublishConfirms<string> confirms = Of("a");

        confirms.Confirm(7, multiple: false, Nothing);

        confirms.Outstanding.ShouldBe(1);
    }

    [Fact]
    public void Add_WhenTheWindowIsFull_Throws()
    {
        PublishConfirms<string> confirms = new(2);
        confirms.Add("a");
        confirms.Add("b");
        Should.Throw<InvalidOperationException>(() => confirms.Add("c"));

        confirms.Confirm(1, multiple: false, Nothing);
        Taken(confirms).ShouldBe([("a", true)]);

        confirms.Add("c").ShouldBe(3ul);
    }

    [Fact]
    public void AllAnsweredAsync_LastAnswer_Ends()
    {
        PublishConfirms<string> confirms = Of("a", "b");
        Task all = confirms.AllAnsweredAsync();

        confirms.Confirm(1, multiple: false, Nothing);
        all.IsCompleted.ShouldBeFalse();
        confirms.Refuse(2, multiple: false, Nothing);

        all.IsCompletedSuccessfully.ShouldBeTrue();
        confirms.AllAnsweredAsync().IsCompletedSuccessfully.ShouldBeTrue();
    }

    [Fact]
    public void AllAnsweredAsync_ChannelClosed_EndsAndLeavesThemUnanswered()
    {
        PublishConfirms<string> confirms = Of("a", "b");
        Task all = confirms.AllAnsweredAsync();

        confirms.Close();

        all.IsCompletedSuccessfully.ShouldBeTrue();
        confirms.Unanswered().ShouldBe(["a", "b"]);
    }

    private static PublishConfirms<string> Of(params string[] waiting)
    {
        PublishConfirms<string> confirms = new(4);
        foreach (string one in waiting)
            confirms.Add(one);
        return confirms;
    }

    private static List<(string Waiting, bool IsConfirmed)> Taken(PublishConfirms<string> confirms)
    {
        List<(string Waiting, bool IsConfirmed)> taken = [];
        while (confirms.TryTake(out string waiting, out bool isConfirmed))
            taken.Add((waiting, isConfirmed));
        return taken;
    }
}
