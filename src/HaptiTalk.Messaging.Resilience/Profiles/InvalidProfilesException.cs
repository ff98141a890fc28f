namespace HaptiTalk.Messaging.Resilience;

/// <summary>The configuration of the service profiles is invalid; all problems are listed together.</summary>
public sealed class InvalidProfilesException : Exception
{
    internal InvalidProfilesException(IReadOnlyList<ProfileProblem> problems)
        : base($"The resilience configuration has {problems.Count} {(problems.Count == 1 ? "problem" : "problems")}:"
            + string.Concat(problems.Select(problem => $"{Environment.NewLine}  - {problem}")))
    {
        Problems = problems;
    }

    /// <summary>Every problem found, in the order of the configuration.</summary>
    public IReadOnlyList<ProfileProblem> Problems { get; }
}
