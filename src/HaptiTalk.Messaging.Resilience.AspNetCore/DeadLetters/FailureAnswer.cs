using Microsoft.AspNetCore.Http;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Turns every failure of a request for dead letters into an answer.</summary>
internal static class FailureAnswer
{
    /// <param name="failure">What went wrong.</param>
    /// <param name="advice">What to do, where that is known; one sentence.</param>
    public static IResult To(Exception failure, string? advice = null)
    {
        (int status, string problem) = failure switch
        {
            DeadLetterAccessException failed => (StatusOf(failed.Error), failed.Message),
            OperationCanceledException or TimeoutException => (StatusCodes.Status503ServiceUnavailable, "The broker did not answer in time."),
            _ => (StatusCodes.Status500InternalServerError, $"It failed, and this should not happen: {failure.GetType().FullName}. The log has all of it."),
        };
        return Problems.Of(status, advice is null ? problem : $"{problem.TrimEnd('.')}. {advice}");
    }

    private static int StatusOf(DeadLetterError error) => error switch
    {
        DeadLetterError.NoSuchQueue => StatusCodes.Status404NotFound,
        DeadLetterError.Stream => StatusCodes.Status409Conflict,
        _ => StatusCodes.Status503ServiceUnavailable,
    };
}
