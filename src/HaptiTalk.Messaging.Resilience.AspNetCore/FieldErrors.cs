namespace HaptiTalk.Messaging.Resilience;

/// <summary>Everything that is wrong with what somebody sent, by field.</summary>
internal sealed class FieldErrors
{
    private readonly Dictionary<string, List<string>> _errors = new(StringComparer.Ordinal);

    public bool None => _errors.Count == 0;

    /// <summary>Adds what is wrong with a field; null for nothing.</summary>
    public void Add(string field, string? problem)
    {
        if (problem is null)
            return;
        if (!_errors.TryGetValue(field, out List<string>? problems))
            _errors.Add(field, problems = []);
        if (!problems.Contains(problem, StringComparer.Ordinal))
            problems.Add(problem);
    }

    public IDictionary<string, string[]> ToDictionary() =>
        _errors.ToDictionary(error => error.Key, error => error.Value.ToArray(), StringComparer.Ordinal);
}
