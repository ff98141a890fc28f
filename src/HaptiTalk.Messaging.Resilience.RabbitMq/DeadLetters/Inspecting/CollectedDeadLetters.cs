using System.Globalization;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Messages to return, as many as fit into memory.</summary>
internal sealed class CollectedDeadLetters
{
    private const long MostBytes = 64L * 1024 * 1024;

    private readonly List<DeadLetter> _letters = [];
    private long _bytes;

    public IReadOnlyList<DeadLetter> All => _letters;

    /// <summary>Why there are fewer than were asked for; null when there are not.</summary>
    public string? Incomplete { get; private set; }

    /// <returns>Whether it was kept.</returns>
    public bool TryAdd(DeadLetter letter)
    {
        long bytes = DeadLetterSize.Of(letter);
        if (Incomplete is null && (_letters.Count == 0 || _bytes + bytes <= MostBytes))
        {
            _letters.Add(letter);
            _bytes += bytes;
            return true;
        }

        Incomplete = string.Create(
            CultureInfo.InvariantCulture, $"the first {_letters.Count} have {_bytes} bytes with all their headers, which is as much as is returned at once: ask for fewer, or for less of each body");
        return false;
    }
}
