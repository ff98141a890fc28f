namespace HaptiTalk.Architecture.Tests;

/// <summary>What one project of src may see: these projects of ours, and these assemblies of others besides .NET itself.</summary>
/// <param name="Project">The project.</param>
/// <param name="Projects">The projects it refers to, all of them and no others.</param>
/// <param name="Others">Names of assemblies and packages; one that ends in a dot stands for all that begin with it.</param>
internal sealed record LayerRule(string Project, string[] Projects, string[] Others)
{
    private const string Core = "HaptiTalk.Messaging.Resilience";

    /// <summary>A new project of src gets its line here, which is where its place in the tree is decided.</summary>
    public static readonly IReadOnlyList<LayerRule> All =
    [
        // It depends on nothing: any project of contracts may take it.
        new($"{Core}.Contracts", [], ["netstandard"]),
        new(Core, [$"{Core}.Contracts"], ["Polly.Core", "Microsoft.Extensions."]),
        new($"{Core}.MassTransit", [Core],
            ["MassTransit", "MassTransit.Abstractions", "MassTransit.RabbitMQ", "MassTransit.RabbitMqTransport", "RabbitMQ.Client", "Polly.Core", "Microsoft.Extensions."]),
        // The same source.
        new($"{Core}.MassTransit9", [Core],
            ["MassTransit", "MassTransit.Abstractions", "MassTransit.RabbitMQ", "MassTransit.RabbitMqTransport", "RabbitMQ.Client", "Polly.Core", "Microsoft.Extensions."]),
        // The rate limiter stands in the signature of what opens RabbitMQ.Client's channels.
        new($"{Core}.RabbitMq", [Core], ["RabbitMQ.Client", "System.Threading.RateLimiting", "Microsoft.Extensions."]),
        new($"{Core}.AspNetCore", [Core, $"{Core}.RabbitMq"],
            ["Microsoft.AspNetCore.", "Microsoft.Net.Http.Headers", "System.Threading.RateLimiting", "OpenTelemetry", "OpenTelemetry.", "Microsoft.Extensions."]),
        new($"{Core}.Tool", [$"{Core}.RabbitMq"],
            [
                "Spectre.Console", "Spectre.Console.Ansi", "System.CommandLine",
                "Microsoft.Extensions.Configuration", "Microsoft.Extensions.Configuration.Abstractions", "Microsoft.Extensions.Configuration.Json",
            ]),
    ];

    public static LayerRule Of(string project) => All.Single(rule => string.Equals(rule.Project, project, StringComparison.Ordinal));

    /// <summary>Whether an assembly or a package of others may be used.</summary>
    public bool Allows(string other) => Others.Any(allowed => allowed.EndsWith('.')
        ? other.StartsWith(allowed, StringComparison.Ordinal)
        : string.Equals(allowed, other, StringComparison.Ordinal));
}
