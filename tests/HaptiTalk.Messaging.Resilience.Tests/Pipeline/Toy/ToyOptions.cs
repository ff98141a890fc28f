using System.ComponentModel.DataAnnotations;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>What a policy's options look like (<c>Toy</c>).</summary>
internal sealed record ToyOptions
{
    /// <summary>Calls in all. 1–100; default 10.</summary>
    [Range(1, 100)]
    public int MaxCalls { get; init; } = 10;

    /// <summary>Calls from which on it warns, at most <see cref="MaxCalls"/>. 1–100; default 5.</summary>
    [Range(1, 100)]
    public int WarnFrom { get; init; } = 5;
}
