using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Sends the events to clients, to each until it leaves or reads too slowly.</summary>
internal sealed class EventStream(EventFeed feed, TimeProvider clock, CancellationToken hostStops)
{
    private const int MostClients = 256;

    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(10);

    private readonly RateLimiter _clients = Places.For(MostClients);

    public async Task<IResult> ServeAsync(HttpContext context, bool all)
    {
        using RateLimitLease place = _clients.AttemptAcquire();
        if (!place.IsAcquired)
        {
            context.Response.Headers.RetryAfter = "10";
            return Problems.Of(StatusCodes.Status503ServiceUnavailable, $"{MostClients} clients are watching already. Close one, or try again later.");
        }

        if (all)
            feed.Join();
        try
        {
            await SendAsync(context, all).ConfigureAwait(false);
            return Results.Empty;
        }
        finally
        {
            if (all)
                feed.Leave();
        }
    }

    private async Task SendAsync(HttpContext context, bool all)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, hostStops);
        FeedCursor cursor = LastSeenBy(context.Request) ?? feed.End();
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        context.Features.GetRequiredFeature<IHttpResponseBodyFeature>().DisableBuffering();
        try
        {
            context.Response.BodyWriter.Write("retry: 2000\n\n"u8);
            await FlushAsync(context, ends.Token).ConfigureAwait(false);
            while (true)
            {
                FeedBatch batch = feed.ReadAfter(cursor, all);
                await WriteAsync(context, batch, ends.Token).ConfigureAwait(false);
                cursor = batch.Cursor;
                await WaitAsync(context, feed.WaitAsync(cursor, all), ends.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            // The client has gone, or the host stops.
        }
        catch (OperationCanceledException)
        {
            // The client reads nothing. It can connect again and continue.
            context.Abort();
        }
    }

    private async Task WriteAsync(HttpContext context, FeedBatch batch, CancellationToken cancellationToken)
    {
        if (batch.HasLost)
            context.Response.BodyWriter.Write("event: reset\ndata: {}\n\n"u8);
        foreach (FeedEntry entry in batch.Entries)
            context.Response.BodyWriter.Write(entry.Frame.Span);
        await FlushAsync(context, cancellationToken).ConfigureAwait(false);
    }

    private async Task WaitAsync(HttpContext context, Task added, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await added.WaitAsync(Heartbeat, clock, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (TimeoutException)
            {
                // Nothing has happened. A comment keeps proxies from closing the connection.
                context.Response.BodyWriter.Write(":\n\n"u8);
                await FlushAsync(context, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task FlushAsync(HttpContext context, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(WriteTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        ValueTask<FlushResult> flushing = context.Response.BodyWriter.FlushAsync(either.Token);
        bool hasWaited = !flushing.IsCompleted;
        FlushResult flushed = await flushing.ConfigureAwait(false);

        // Some servers throw when a flush is cancelled, and others do not.
        if (flushed.IsCompleted || flushed.IsCanceled || (hasWaited && either.IsCancellationRequested))
            throw new OperationCanceledException(either.Token);
    }

    // A browser that reconnects sends the header. A page that has just been opened can only use the address.
    private static FeedCursor? LastSeenBy(HttpRequest request)
    {
        string? last = request.Headers["Last-Event-ID"].FirstOrDefault() ?? request.Query["lastEventId"].FirstOrDefault();
        if (string.IsNullOrEmpty(last))
            return null;

        // Another process gave out this number: all events are new.
        return FeedCursor.After(long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out long seen) ? seen : 0);
    }
}
