namespace HaptiTalk.Messaging.Resilience;

/// <summary>The configuration of the service profiles is invalid; all problems are listed together.</summary>
public sealed class InvalidProfilesException : Exception
{
    /// <summary>Lists what is wrong.</summary>
    /// <param name="problems">Every problem.</param>
    public InvalidProfilesException(IReadOnlyList<ProfileProblem> problems)
        : base(Describe(problems)) => Problems = problems;

    /// <summary>Every problem found, in the order of the configuration.</summary>
    public IReadOnlyList<ProfileProblem> Problems { get; }

    private static string Describe(IReadOnlyList<ProfileProblem> problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        return $"The resilience configuration has {problems.Count} {(problems.Count == 1 ? "problem" : "problems")}:"
            + string.Concat(problems.Select(problem => $"{Environment.NewLine}  - {problem}"));
    }
}
