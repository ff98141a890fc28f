using CsCheck;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.DeadLetters;

public sealed class ReplayLedgerTests
{
    private static readonly Action<string, ReplayedMessage?> Nothing = static (_, _) => { };

    [Fact]
    public void TakeAcknowledgeable_ConfirmedOutOfOrder_WaitsForTheGap()
    {
        ReplayLedger ledger = new(10);
        List<ulong> single = [];
        for (ulong tag = 1; tag <= 3; tag++)
            ledger.Send(tag * 10, "q", null);

        ledger.Confirm(3, multiple: false, Nothing);
        ledger.TakeAcknowledgeable(single, out _, out _).ShouldBe(0ul);
        ledger.Confirm(1, multiple: false, Nothing);
        ledger.TakeAcknowledgeable(single, out int settled, out _).ShouldBe(10ul);
        settled.ShouldBe(1);
        ledger.Confirm(2, multiple: false, Nothing);
        ledger.TakeAcknowledgeable(single, out _, out int confirmed).ShouldBe(30ul);
        confirmed.ShouldBe(2);
        single.ShouldBeEmpty();
    }

    [Fact]
    public void TakeAcknowledgeable_BehindOneThatStays_GoesOneByOne()
    {
        ReplayLedger ledger = new(10);
        List<ulong> single = [];
        ledger.Send(1, "q", null);
        ledger.Keep(2);
        ledger.Send(3, "q", null);
        ledger.Send(4, "q", null);
        ledger.Refuse(2, multiple: false, Nothing);
        ledger.Confirm(3, multiple: true, Nothing);

        ledger.TakeAcknowledgeable(single, out int settled, out int confirmed).ShouldBe(1ul);

        single.ShouldBe([4ul]);
        (settled, confirmed, ledger.Outstanding).ShouldBe((3, 2, 0));
    }

    [Fact]
    public void TakeAcknowledgeable_WhateverHappens_NeverAcknowledgesWhatStays() => Gen.Int[0, 9].List[1, 200].Sample(steps =>
    {
        ReplayLedger ledger = new(steps.Count);
        List<ulong> single = [];
        HashSet<ulong> stays = [];
        HashSet<ulong> left = [];
        Dictionary<ulong, ulong> sent = [];
        ulong tag = 0;
        ulong answered = 0;
        void Take()
        {
            single.Clear();
            ulong upTo = ledger.TakeAcknowledgeable(single, out _, out _);
            for (ulong covered = 1; covered <= upTo; covered++)
                left.Add(covered);
            left.UnionWith(single);
        }

        foreach (int step in steps)
        {
            tag++;
            if (step < 3)
            {
                ledger.Keep(tag);
                stays.Add(tag);
            }
            else
            {
                sent[ledger.Send(tag, "q", null)] = tag;
            }

            if (step is 5 or 8 && answered < ledger.Last)
            {
                bool isConfirmed = step == 8;
                ulong upTo = ledger.Last;
                for (ulong number = answered + 1; number <= upTo && !isConfirmed; number++)
                    stays.Add(sent[number]);
                if (isConfirmed)
                    ledger.Confirm(upTo, multiple: true, Nothing);
                else
                    ledger.Refuse(upTo, multiple: true, Nothing);
                answered = upTo;
            }

            if (step is 8 or 9)
                Take();
        }

        ledger.Confirm(ledger.Last, multiple: true, Nothing);
        Take();
        left.Intersect(stays).ShouldBeEmpty();
        left.Count.ShouldBe((int)tag - stays.Count);
    });
}
