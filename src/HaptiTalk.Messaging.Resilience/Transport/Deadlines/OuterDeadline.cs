namespace HaptiTalk.Messaging.Resilience.Transport;

/// <summary>The deadline of the work that a run is part of.</summary>
/// <param name="Source">Whose it is.</param>
/// <param name="Left">What was left of it when the run began.</param>
/// <param name="Given">What it was given when it was asked for; less than <paramref name="Left"/> where nobody knows.</param>
public readonly record struct OuterDeadline(IOuterDeadline Source, TimeSpan Left, TimeSpan Given = default);

/// <summary>Knows whose deadline it is.</summary>
public interface IOuterDeadline
{
    /// <summary>
    /// Who set it, as <see cref="ResilienceHeaders.Deadline"/> says it; null where nobody knows. It is read only by who needs it.
    /// </summary>
    string? Owner { get; }
}
