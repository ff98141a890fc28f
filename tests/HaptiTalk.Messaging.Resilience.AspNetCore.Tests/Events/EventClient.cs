using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>One that watches the events, with the parser of .NET.</summary>
internal sealed class EventClient : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly IAsyncEnumerator<SseItem<string>> _events;

    private EventClient(HttpResponseMessage response, Stream body)
    {
        _response = response;
        _events = SseParser.Create(body).EnumerateAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
    }

    public HttpResponseMessage Response => _response;

    /// <summary>Connects; when it returns, what happens from now on is sent.</summary>
    public static async Task<EventClient> ConnectAsync(TestApplication application, string query = "", string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/resilience/events{query}");
        if (lastEventId is not null)
            request.Headers.Add("Last-Event-ID", lastEventId);
        HttpResponseMessage response = await application.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
        return new(response, await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>The next event; null when the stream has ended.</summary>
    public async Task<SseItem<string>?> NextAsync() => await _events.MoveNextAsync() ? _events.Current : null;

    public async Task<SseItem<string>[]> NextAsync(int count)
    {
        var next = new SseItem<string>[count];
        for (int i = 0; i < count; i++)
            next[i] = (await NextAsync()).ShouldNotBeNull();
        return next;
    }

    /// <summary>The revisions that the next events tell of.</summary>
    public async Task<long[]> NextRevisionsAsync(int count) =>
        [.. (await NextAsync(count)).Select(item => JsonNode.Parse(item.Data)!["revision"]!.GetValue<long>())];

    public async ValueTask DisposeAsync()
    {
        _response.Dispose();
        try
        {
            await _events.DisposeAsync();
        }
        catch (IOException)
        {
            // The stream was cut off while somebody read.
        }
    }
}
