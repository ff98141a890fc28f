namespace HaptiTalk.Messaging.Resilience;

internal static class ExecutionResultNames
{
    /// <summary>As the label <c>result</c> says it.</summary>
    public static string Name(this ExecutionResult result) => result switch
    {
        ExecutionResult.Success => "success",
        ExecutionResult.Fallback => "fallback",
        ExecutionResult.Rejected => "rejected",
        ExecutionResult.Cancelled => "cancelled",
        _ => "failure",
    };
}
