using HaptiTalk.Contracts;
using HaptiTalk.Messaging.Resilience;
using MassTransit;

namespace HaptiTalk.Demo;

/// <summary>One kind of call, and how often somebody makes it.</summary>
/// <param name="Service">The service that is asked.</param>
/// <param name="Every">The time from one call to the next, whether or not the one before has ended.</param>
/// <param name="SendAsync">Makes the call; true when a fallback answered.</param>
internal sealed record Route(string Service, TimeSpan Every, Func<IServiceProvider, int, CancellationToken, Task<bool>> SendAsync)
{
    /// <summary>What people do with HaptiTalk all the time.</summary>
    public static IReadOnlyList<Route> Steady(string token) =>
    [
        new("user", TimeSpan.FromMilliseconds(50), (scope, n, ct) => AskAsync<GetUserProfile, UserProfile>(scope, new($"user-{1 + (n % 50):000}"), ct)),
        new("session", TimeSpan.FromMilliseconds(100), (scope, n, ct) => AskAsync<GetSessionInfo, SessionInfo>(scope, new($"session-{1 + (n % 200):000}"), ct)),
        new("feedback", TimeSpan.FromMilliseconds(200), (scope, n, ct) => AskAsync<AnalyzeFeedback, FeedbackAnalysis>(scope, new($"session-{1 + (n % 180):000}"), ct)),
        new("auth", TimeSpan.FromMilliseconds(200), (scope, _, ct) => AskAsync<ValidateToken, TokenValidated>(scope, new(token), ct)),
        new("realtime", TimeSpan.FromMilliseconds(250), (scope, n, ct) => AskAsync<DeliverFeedback, FeedbackReceipt>(
            scope, new($"demo-{Guid.NewGuid():N}", $"session-{181 + (n % 20):000}", (FeedbackKind)(n % 4), 0.25 + (n % 3 * 0.25)), ct)),
        new("report", TimeSpan.FromMilliseconds(500), (scope, n, ct) => AskAsync<GenerateReport, SessionReport>(scope, new($"session-{1 + (n % 180):000}"), ct)),
    ];

    /// <summary>What everybody does on the last day of the month.</summary>
    public static Route Flood { get; } =
        new("report", TimeSpan.FromMilliseconds(15), (scope, n, ct) => AskAsync<GenerateReport, SessionReport>(scope, new($"session-{1 + (n % 180):000}"), ct));

    private static async Task<bool> AskAsync<TRequest, TReply>(IServiceProvider scope, TRequest request, CancellationToken cancellationToken)
        where TRequest : class
        where TReply : class
    {
        Response<TReply> reply = await scope.GetRequiredService<IRequestClient<TRequest>>().GetResponse<TReply>(request, cancellationToken);
        return reply.IsFallback(out _);
    }
}
