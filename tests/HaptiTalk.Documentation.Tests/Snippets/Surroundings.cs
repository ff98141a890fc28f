namespace HaptiTalk.Documentation.Tests;

/// <summary>The place a snippet is taken from, by its marker.</summary>
internal static class Surroundings
{
    private const string Call = """
        IRequestClient<GetUserProfile> client, IPublishEndpoint publisher, IMessagingResilience resilience,
        IDeadLetterInspector deadLetters, TimeProvider clock, ILogger logger, string id,
        Func<string, CancellationToken, ValueTask<UserProfile>> LoadAsync, CancellationToken cancellationToken
        """;

    private static readonly Dictionary<string, string> Parameters = new(StringComparer.Ordinal)
    {
        ["host"] = "WebApplicationBuilder builder",
        ["app"] = "WebApplication app",
        ["call"] = Call,
        ["control"] = "IResilienceControl control, ILogger logger",
    };

    public static string PutAround(CodeBlock block) =>
        block.Marker.Length == 0 ? block.Code
        : Parameters.TryGetValue(block.Marker, out string? parameters) ? InMethod(parameters, block.Code)
        : throw new NotSupportedException($"{block.Location}: '{block.Marker}' is no marker; known: {string.Join(", ", Parameters.Keys)}.");

    // The trailing await lets a snippet without one stand in an async method.
    private static string InMethod(string parameters, string code) => $$"""
        public static class Snippet
        {
            public static async Task RunAsync({{parameters}})
            {
        {{code}}
                await Task.CompletedTask;
            }
        }
        """;
}
