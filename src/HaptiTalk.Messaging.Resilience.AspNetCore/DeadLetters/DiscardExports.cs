using System.Security.Cryptography;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Where what is discarded is kept; null where the host has not said.</summary>
internal sealed class DiscardExports(string? directory, TimeProvider clock, OpenExport open)
{
    private const int RandomBytes = 4;

    public bool HasDirectory => directory is not null;

    /// <summary>A new file for messages of a queue.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file cannot be written.</exception>
    public ExportFile Create(string queue)
    {
        Directory.CreateDirectory(directory!);
        string name = $"{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(RandomBytes))}-{ExportName.Of(queue, clock.GetUtcNow())}";
        return open(Path.Combine(directory!, name), FileOptions.None);
    }

    /// <summary>Why nothing can be kept there, for somebody who has to make room.</summary>
    public string Explain(Exception refused) => $"The export could not be written to '{directory}': {refused.Message}";
}
