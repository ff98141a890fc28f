using System.Security.Cryptography;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Where what is discarded is kept; null where the host has not said.</summary>
internal sealed class DiscardExports(string? directory, TimeProvider clock)
{
    private const int RandomBytes = 4;

    public bool HasDirectory => directory is not null;

    /// <summary>A new file for messages of a queue.</summary>
    /// <exception cref="IOException">There is no writing there.</exception>
    /// <exception cref="UnauthorizedAccessException">There is no writing there.</exception>
    public FileStream Create(string queue)
    {
        Directory.CreateDirectory(directory!);
        string name = $"{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(RandomBytes))}-{ExportName.Of(queue, clock.GetUtcNow())}";
        return ExportFile.Create(Path.Combine(directory!, name));
    }
}
