using System.Text;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Whether a message is one of those a query means.</summary>
internal sealed class DeadLetterMatcher
{
    private readonly DeadLetterQuery _query;
    private readonly HashSet<string> _ids;
    private readonly byte[]? _lower;
    private readonly byte[]? _upper;

    public DeadLetterMatcher(DeadLetterQuery query)
    {
        _query = query;
        _ids = new(query.Ids, StringComparer.OrdinalIgnoreCase);
        if (query.BodyText is not { Length: > 0 } text)
            return;
        // Bytes are compared, so that a body is not decoded for it: only ASCII has cases then.
        _lower = Encoding.UTF8.GetBytes(text);
        _upper = (byte[])_lower.Clone();
        Ascii.ToLowerInPlace(_lower, out _);
        Ascii.ToUpperInPlace(_upper, out _);
    }

    /// <summary>Whether every message is meant, so that none needs to be looked into.</summary>
    public bool TakesEverything =>
        _query with { Ids = DeadLetterQuery.Everything.Ids, Without = DeadLetterQuery.Everything.Without } == DeadLetterQuery.Everything
        && _query.Ids.Count == 0
        && _query.Without.Count == 0;

    public bool Fits(DeadLetter letter, ReadOnlySpan<byte> body) =>
        FitsId(letter)
        && Fits(_query.MessageType, letter.MessageType)
        && Fits(_query.ExceptionType, letter.Failure.ExceptionType)
        && Fits(_query.ConsumerType, letter.Failure.ConsumerType)
        && (_query.InputQueue is not { } queue || (letter.Failure.InputQueue is { } input && NamePattern.FitsWhole(queue, input)))
        && (_query.Fingerprint is not { } fingerprint || fingerprint.Equals(letter.Failure.Fingerprint, StringComparison.OrdinalIgnoreCase))
        && (_query.From is not { } from || letter.Failure.At >= from)
        && (_query.Until is not { } until || letter.Failure.At < until)
        && FitsHeader(letter)
        && _query.Without.All(grouping => DeadLetterGroups.KeyOf(letter, grouping) is null)
        && (_lower is null || Contains(body, _lower, _upper));

    private static bool Fits(string? pattern, string? name) => pattern is null || NamePattern.Fits(pattern, name);

    private bool FitsId(DeadLetter letter) =>
        _ids.Count == 0 || _ids.Contains(letter.Id) || (letter.MessageId is { } messageId && _ids.Contains(messageId));

    private bool FitsHeader(DeadLetter letter)
    {
        if (_query.HeaderName is not { } name)
            return true;
        if (letter.Headers.TryGetValue(name, out object? value) && FitsValue(HeaderValue.Text(value)))
            return true;
        return letter.Envelope is { } envelope && envelope.Headers.TryGetValue(name, out string? text) && FitsValue(text);
    }

    private bool FitsValue(string? value) => _query.HeaderValue is not { } wanted || (value is not null && NamePattern.FitsWhole(wanted, value));

    private static bool Contains(ReadOnlySpan<byte> body, ReadOnlySpan<byte> lower, ReadOnlySpan<byte> upper)
    {
        while (true)
        {
            int start = body.IndexOfAny(lower[0], upper[0]);
            if (start < 0 || body.Length - start < lower.Length)
                return false;
            if (Ascii.EqualsIgnoreCase(body.Slice(start, lower.Length), lower) || body.Slice(start, lower.Length).SequenceEqual(lower))
                return true;
            body = body[(start + 1)..];
        }
    }
}
