using Microsoft.Extensions.DependencyInjection;
using Polly;

namespace HaptiTalk.Messaging.Resilience.Benchmarks;

/// <summary>
/// One of the framework's policies in a pipeline of its own, which no user can build: what the policy itself costs, without what the
/// framework does around it. <see cref="Policy.All"/> is the pipeline in which it really stands.
/// </summary>
internal sealed class StrategyAlone
{
    private readonly ResiliencePipeline _pipeline;
    private readonly Execution _execution;

    public StrategyAlone(Policy policy, IServiceProvider services)
    {
        OperationState operation = services.GetRequiredService<ServiceStates>().Get(ResilienceSide.Local, PolicyProfile.Service, PolicyProfile.Options.Operation);
        _execution = new(FailureClassifier.Default, TimeProvider.System);
        _execution.Begin(new(operation, CancellationToken.None));
        _pipeline = policy == Policy.All ? operation.State.Pipeline : Build(policy, operation.State);
    }

    public async ValueTask<int> ExecuteAsync(Func<CancellationToken, ValueTask<int>> work, CancellationToken cancellationToken)
    {
        ResilienceContext context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(Execution.Key, _execution);
        try
        {
            Outcome<int> outcome = await _pipeline.ExecuteOutcomeAsync(
                static (context, work) => OutcomeOfAsync(work(context.CancellationToken)), context, work).ConfigureAwait(false);
            outcome.ThrowIfException();
            return outcome.Result;
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private static ResiliencePipeline Build(Policy policy, ServiceState state)
    {
        var builder = new ResiliencePipelineBuilder { TimeProvider = TimeProvider.System };
        return (policy switch
        {
            Policy.CircuitBreaker => builder.AddCircuitBreaker(state),
            Policy.Retry => builder.AddRetry(state),
            Policy.Timeout => builder.AddRetryAndTimeouts(state),
            Policy.Fallback => builder.AddFallback(state, TimeProvider.System),
            _ => builder.AddBulkhead(state),
        }).Build();
    }

    private static async ValueTask<Outcome<int>> OutcomeOfAsync(ValueTask<int> work)
    {
        try
        {
            return Outcome.FromResult(await work.ConfigureAwait(false));
        }
        catch (Exception failure)
        {
            return Outcome.FromException<int>(failure);
        }
    }
}
