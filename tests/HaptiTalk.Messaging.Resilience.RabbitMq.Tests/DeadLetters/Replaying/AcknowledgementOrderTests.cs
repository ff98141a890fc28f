using CsCheck;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.DeadLetters;

public sealed class AcknowledgementOrderTests
{
    private static readonly Action<ReplayedDelivery> Nothing = static _ => { };

    [Fact]
    public void Take_ConfirmedOutOfOrder_WaitsForTheGap()
    {
        PublishConfirms<ReplayedDelivery> confirms = new(10);
        AcknowledgementOrder order = new(confirms);
        List<ulong> single = [];
        for (ulong tag = 1; tag <= 3; tag++)
            confirms.Add(new(tag * 10, "q", null));

        confirms.Confirm(3, multiple: false, Nothing);
        order.Take(single, out _, out _).ShouldBe(0ul);
        confirms.Confirm(1, multiple: false, Nothing);
        order.Take(single, out int settled, out _).ShouldBe(10ul);
        settled.ShouldBe(1);
        confirms.Confirm(2, multiple: false, Nothing);
        order.Take(single, out _, out int confirmed).ShouldBe(30ul);
        confirmed.ShouldBe(2);
        single.ShouldBeEmpty();
    }

    [Fact]
    public void Take_BehindOneThatStays_GoesOneByOne()
    {
        PublishConfirms<ReplayedDelivery> confirms = new(10);
        AcknowledgementOrder order = new(confirms);
        List<ulong> single = [];
        confirms.Add(new(1, "q", null));
        order.Keep(2);
        confirms.Add(new(3, "q", null));
        confirms.Add(new(4, "q", null));
        confirms.Refuse(2, multiple: false, Nothing);
        confirms.Confirm(3, multiple: true, Nothing);

        order.Take(single, out int settled, out int confirmed).ShouldBe(1ul);

        single.ShouldBe([4ul]);
        (settled, confirmed, confirms.Outstanding).ShouldBe((3, 2, 0));
    }

    [Fact]
    public void Take_WhateverHappens_NeverAcknowledgesWhatStays() => Gen.Int[0, 9].List[1, 200].Sample(steps =>
    {
        PublishConfirms<ReplayedDelivery> confirms = new(steps.Count);
        AcknowledgementOrder order = new(confirms);
        List<ulong> single = [];
        HashSet<ulong> stays = [];
        HashSet<ulong> left = [];
        Dictionary<ulong, ulong> sent = [];
        ulong tag = 0;
        ulong answered = 0;
        void Take()
        {
            single.Clear();
            ulong upTo = order.Take(single, out _, out _);
            for (ulong covered = 1; covered <= upTo; covered++)
                left.Add(covered);
            left.UnionWith(single);
        }

        foreach (int step in steps)
        {
            tag++;
            if (step < 3)
            {
                order.Keep(tag);
                stays.Add(tag);
            }
            else
            {
                sent[confirms.Add(new(tag, "q", null))] = tag;
            }

            if (step is 5 or 8 && answered < confirms.Next - 1)
            {
                bool isConfirmed = step == 8;
                ulong upTo = confirms.Next - 1;
                for (ulong number = answered + 1; number <= upTo && !isConfirmed; number++)
                    stays.Add(sent[number]);
                if (isConfirmed)
                    confirms.Confirm(upTo, multiple: true, Nothing);
                else
                    confirms.Refuse(upTo, multiple: true, Nothing);
                answered = upTo;
            }

            if (step is 8 or 9)
                Take();
        }

        confirms.Confirm(confirms.Next - 1, multiple: true, Nothing);
        Take();
        left.Intersect(stays).ShouldBeEmpty();
        left.Count.ShouldBe((int)tag - stays.Count);
    });
}
