using HaptiTalk.Messaging.Resilience.Tests;
using MassTransit;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus.Storm;

/// <summary>
/// Sends seeded bets, many side by side, and keeps the outcome of each. Half of them go through the framework's client, the others
/// through MassTransit's own, which shows what the consumer's side does alone.
/// </summary>
internal sealed class Requesters
{
    private const int AtOnce = 96;
    private static readonly RequestTimeout ForAnAnswer = RequestTimeout.After(m: 1);
    private static readonly RequestTimeout ForNone = RequestTimeout.After(s: 2);

    private readonly RabbitBus _bus;
    private readonly MoodyConsumer _consumer;
    private readonly PlacedBet[] _bets;
    private int _next;

    public Requesters(RabbitBus bus, MoodyConsumer consumer, int bets, int seed)
    {
        _bus = bus;
        _consumer = consumer;
        var random = new Random(seed);
        _bets = [.. Enumerable.Range(0, bets).Select(number => new PlacedBet(MoodOf(random.Next(1000)), number % 2 == 0, Outcome: null))];
    }

    public IReadOnlyList<PlacedBet> Bets => _bets;

    /// <summary>Sends the bets below a number that have not been sent, and ends when each has its outcome.</summary>
    public Task SendUpToAsync(int end, CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => SendAsync(end, cancellationToken)));

    private async Task SendAsync(int end, CancellationToken cancellationToken)
    {
        while (true)
        {
            int number = Volatile.Read(ref _next);
            if (number >= end)
                return;
            if (Interlocked.CompareExchange(ref _next, number + 1, number) != number)
                continue;

            _bets[number] = _bets[number] with { Outcome = await OutcomeAsync(number, _bets[number], cancellationToken) };
            _consumer.Ended(number);
        }
    }

    private async Task<string> OutcomeAsync(int number, PlacedBet bet, CancellationToken cancellationToken)
    {
        try
        {
            Response<Answer> reply = await (bet.IsSafe
                ? AskAsync(number, new SafeBet(number, bet.Mood), bet.Mood, cancellationToken)
                : AskAsync(number, new Bet(number, bet.Mood), bet.Mood, cancellationToken));
            if (reply.IsFallback())
                return Outcome.Fallback;
            return reply.Message.Text == number.ToString() ? Outcome.Reply : "somebody else's reply";
        }
        catch (RequestTimeoutException)
        {
            return Outcome.TimedOut;
        }
        catch (RejectedException)
        {
            return Outcome.Rejected;
        }
        catch (RequestFaultException failure)
        {
            string type = failure.Fault!.Exceptions[0].ExceptionType.Split('.')[^1];
            return type.EndsWith("RejectedException", StringComparison.Ordinal) ? Outcome.Rejected : Outcome.FaultOf(type);
        }
    }

    private Task<Response<Answer>> AskAsync<T>(int number, T bet, Mood mood, CancellationToken cancellationToken)
        where T : class
    {
        RequestTimeout patience = mood == Mood.StaysSilent ? ForNone : ForAnAnswer;
        IRequestClient<T> client = number % 4 < 2 ? _bus.Client<T>() : _bus.Bus.CreateRequestClient<T>();
        return client.GetResponse<Answer>(bet, cancellationToken, patience);
    }

    private static Mood MoodOf(int thousandth) => thousandth switch
    {
        < 80 => Mood.Fails,
        < 160 => Mood.FailsOnce,
        < 210 => Mood.RepliesThenFails,
        < 220 => Mood.HangsUntilCancelled,
        < 230 => Mood.HangsOn,
        < 240 => Mood.RepliesLate,
        < 245 => Mood.StaysSilent,
        _ => Mood.Answers,
    };
}
