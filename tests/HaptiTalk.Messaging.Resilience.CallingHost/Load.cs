using MassTransit;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>So many calls a second, whether those before have ended or not.</summary>
internal sealed class Load(IRequestClient<Ask> client, int perSecond)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(5);

    private long _answered;
    private long _timedOut;
    private long _opened;

    public void Opened() => Interlocked.Increment(ref _opened);

    /// <summary>Calls that were answered, calls that timed out, and how often the circuit has opened.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"{Interlocked.Read(ref _answered)} {Interlocked.Read(ref _timedOut)} {Interlocked.Read(ref _opened)}");

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        long startedAt = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(Tick);
        for (long begun = 0; await timer.WaitForNextTickAsync(cancellationToken);)
        {
            // Those that were due while the process was stopped, too.
            for (long due = (long)(TimeProvider.System.GetElapsedTime(startedAt).TotalSeconds * perSecond); begun < due; begun++)
                _ = Task.Run(CallAsync, cancellationToken);
        }
    }

    private async Task CallAsync()
    {
        try
        {
            await client.GetResponse<Answer>(new Ask("x"));
            Interlocked.Increment(ref _answered);
        }
        catch (RequestTimeoutException)
        {
            Interlocked.Increment(ref _timedOut);
        }
        catch (RejectedException)
        {
            // Most are: there are too many.
        }
    }
}
