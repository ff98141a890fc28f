namespace HaptiTalk.Messaging.Resilience;

/// <summary>Refuses while the circuit is open, and tells the breaker how each admitted run ended.</summary>
internal sealed class CircuitBreakerPolicy(CircuitBreakerTelemetry telemetry)
{
    /// <returns>Why the run is refused; null when it has its permit.</returns>
    public CircuitOpenRejectedException? Enter(Execution execution, out CircuitPermit? permit)
    {
        if (execution.Circuit.Breaker.TryEnter(out CircuitPermit given))
        {
            permit = given;
            return null;
        }

        permit = null;
        return Reject(execution);
    }

    /// <summary>Ends a permit with how the run has ended.</summary>
    /// <returns>The failure as those outside are to see it.</returns>
    public Exception? Leave(Execution execution, CircuitPermit permit, Exception? failure)
    {
        CallVerdict verdict = Judge(execution, failure);
        bool decides = verdict is CallVerdict.Failure or CallVerdict.InstanceFailure
            ? execution.Circuit.Breaker.Exit(permit, verdict, new FailedCall(failure!, execution.Classifier, execution.State.Frames, execution.Plan.MessageId))
            : execution.Circuit.Breaker.Exit(permit, verdict);
        telemetry.Called(execution, verdict);

        // Others opened the circuit while this ran. Work that nobody waits for can run again when the service has recovered.
        return verdict == CallVerdict.Failure && !decides && execution is { Plan.Queueing: Queueing.Unbounded, Progress.Straggler: null }
            ? Reject(execution)
            : failure;
    }

    /// <summary>Ends a permit of which nothing can be said.</summary>
    public static void Abandon(Execution execution, CircuitPermit permit) => execution.Circuit.Breaker.Exit(permit, CallVerdict.Neutral);

    private static CallVerdict Judge(Execution execution, Exception? failure)
    {
        AnsweringInstances instances = execution.Circuit.Instances;
        if (failure is null)
        {
            if (execution.Progress.IsRemoteFallback)
                return CallVerdict.Neutral;

            if (execution.Progress.Instance is { } answering)
                instances.Answered(answering);
            return CallVerdict.Success;
        }

        if (execution.Progress.IsLate || !Counts(execution, failure, execution.Model.Profile.CircuitBreaker))
            return CallVerdict.Neutral;

        return execution.Progress.Instance is { } failing && instances.AreThereOthersThan(failing) ? CallVerdict.InstanceFailure : CallVerdict.Failure;
    }

    private static bool Counts(Execution execution, Exception failure, CircuitBreakerOptions options)
    {
        if (execution.Classifier.IsNamed(failure, options.Ignore))
            return false;

        return execution.Classify(failure) switch
        {
            FailureKind.Failure or FailureKind.RemoteFailure => true,
            // It begins no row of failures. One that has begun it confirms: a service that hangs makes everything behind it late.
            FailureKind.Timeout => !execution.BeganLate || execution.Circuit.Breaker.FailureCount > 0,
            FailureKind.CallerMistake => execution.Classifier.IsNamed(failure, options.Handle),
            _ => false,
        };
    }

    private CircuitOpenRejectedException Reject(Execution execution)
    {
        CircuitView now = execution.Circuit.Breaker.View();
        var rejection = new CircuitOpenRejectedException(
            execution.Operation.Service, execution.Operation.Name, now.State, now.Since, now.TimeUntilProbe, cause: now.Cause?.Value);
        execution.Progress.Rejection = rejection;
        telemetry.Rejected(execution, now.TimeUntilProbe);
        return rejection;
    }
}
