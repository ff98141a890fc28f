using HaptiTalk.Messaging.Resilience.Tests;
using MassTransit;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus.Storm;

/// <summary>Consumes each bet in the mood that the bet names.</summary>
internal sealed class MoodyConsumer(int bets)
{
    private readonly TaskCompletionSource[] _ended =
        [.. Enumerable.Range(0, bets).Select(static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))];

    /// <summary>The requester has its outcome: who hangs for its sake goes on.</summary>
    public void Ended(int number) => _ended[number].SetResult();

    public async Task ConsumeAsync(ConsumeContext context, int number, Mood mood)
    {
        switch (mood)
        {
            case Mood.Fails:
            case Mood.FailsOnce when context.GetRetryAttempt() == 0:
                throw new InvalidOperationException("broken");
            case Mood.RepliesThenFails:
                await ReplyAsync(context, number);
                throw new InvalidOperationException("after the reply");
            case Mood.HangsUntilCancelled:
                await new TaskCompletionSource().Task.WaitAsync(context.CancellationToken);
                break;
            case Mood.HangsOn:
                await _ended[number].Task;
                break;
            case Mood.RepliesLate:
                await _ended[number].Task;
                await ReplyAsync(context, number);
                break;
            case Mood.StaysSilent:
                break;
            default:
                await ReplyAsync(context, number);
                break;
        }
    }

    private static Task ReplyAsync(ConsumeContext context, int number) => context.RespondAsync(new Answer(number.ToString()));
}
