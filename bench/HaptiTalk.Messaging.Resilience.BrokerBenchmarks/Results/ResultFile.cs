using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;
using MassTransit;
using Polly;
using RabbitMQ.Client;
using Wolverine;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Results;

/// <summary>Everything that one run measured, and on what: as a file, so that pages can be rendered from it again.</summary>
internal sealed record ResultFile(
    string Name,
    DateTimeOffset MeasuredAt,
    string Commit,
    string Broker,
    string Machine,
    IReadOnlyDictionary<string, string> Versions,
    IReadOnlyDictionary<string, string> Settings,
    IReadOnlyList<Measurement> Measurements)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        // Where nothing was answered there is no time of an answer.
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public static ResultFile Of(string name, string broker, IReadOnlyDictionary<string, string> settings, IReadOnlyList<Measurement> measurements) => new(
        name,
        TimeProvider.System.GetUtcNow(),
        // The SDK writes the commit behind the version.
        VersionOf(typeof(IMessagingResilience)).Split('+').ElementAtOrDefault(1) ?? "unknown",
        broker,
        string.Create(CultureInfo.InvariantCulture,
            $"{Environment.ProcessorCount} cores, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30} GiB, {RuntimeInformation.OSArchitecture}, {RuntimeInformation.OSDescription}"),
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [".NET"] = Environment.Version.ToString(),
            ["MassTransit"] = VersionOf(typeof(IBus)).Split('+')[0],
            ["Polly"] = VersionOf(typeof(ResiliencePipeline)).Split('+')[0],
            ["RabbitMQ.Client"] = VersionOf(typeof(IConnection)).Split('+')[0],
            ["WolverineFx"] = VersionOf(typeof(IMessageBus)).Split('+')[0],
        },
        settings,
        measurements);

    public static async Task<ResultFile> ReadAsync(string path, CancellationToken cancellationToken)
    {
        await using FileStream file = File.OpenRead(path);
        return await JsonSerializer.DeserializeAsync<ResultFile>(file, Json, cancellationToken) ?? throw new InvalidDataException($"'{path}' holds no result.");
    }

    public async Task WriteAsync(string directory, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(directory);
        await using FileStream file = File.Create(Path.Combine(directory, $"{Name}.json"));
        await JsonSerializer.SerializeAsync(file, this, Json, cancellationToken);
    }

    private static string VersionOf(Type type) =>
        type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}
