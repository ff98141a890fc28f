using MassTransit;
using Polly;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Runs the consumers of one message type under a service's profile.</summary>
internal sealed class ConsumeFilter<T>(ConsumeProtection protection, ConsumeBinding binding) : IFilter<ConsumeContext<T>>
    where T : class
{
    // As a rule messages of one type come from one endpoint.
    private volatile Origin? _latest;

    public Task Send(ConsumeContext<T> context, IPipe<ConsumeContext<T>> next)
    {
        Uri address = context.ReceiveContext.InputAddress;
        Origin origin = _latest is { } latest && ReferenceEquals(latest.Address, address) ? latest : _latest = OriginAt(address);
        return origin.Operation is { } operation ? ConsumeAsync(context, next, operation, origin.Sender!) : next.Send(context);
    }

    public void Probe(ProbeContext context)
    {
        ProbeContext scope = context.CreateFilterScope("messagingResilience");
        if (binding.Service is { } named)
            scope.Add("service", named);
        scope.Add("profile", protection.ServiceOf(BatchMessage.TypeIn(typeof(T)) ?? typeof(T), binding.Service));
    }

    private async Task ConsumeAsync(ConsumeContext<T> context, IPipe<ConsumeContext<T>> next, OperationState operation, Sender sender)
    {
        if (RequestDeadline.HasPassed(context, operation.Model, protection.Clock))
        {
            operation.State.Telemetry.Expired(operation);
            await context.NotifyConsumed(TimeSpan.Zero, "expired").ConfigureAwait(false);
            return;
        }

        var delivery = new Delivery<T>(context, next, operation, sender, protection);
        bool isRequest = RequestDeadline.IsRequest(context);
        if (isRequest)
            protection.Holding.RequestArrived(operation, context);
        while (true)
        {
            HeldTurn turn = isRequest ? default : await protection.Holding.WaitAsync(operation, context).ConfigureAwait(false);
            delivery.Held(turn.HeldFor);
            Execution execution = protection.Executions.Rent(operation, operation.Model.TotalFor(dependency: null), context.CancellationToken);
            if (RequestDeadline.Left(context, operation.Model, protection.Clock) is { } left)
                execution.BoundBy(delivery, delivery.Fallback is null ? left : ReplyTime.Before(left), RequestDeadline.Given(context));
            execution.MessageId = context.MessageId;
            execution.Patience = isRequest ? Patience.Bounded : Patience.Unlimited;
            execution.FallbackSource = delivery.Fallback is null ? null : delivery;
            ResilienceContext policies = ExecutionRunner.Begin(execution);
            Outcome<Disposition> outcome;
            bool isOver;
            bool succeeded = false;
            try
            {
                outcome = await ExecutionRunner.OutcomeThroughPoliciesAsync<Disposition, Delivery<T>>(
                    policies, execution, static (delivery, execution, token) => delivery.AttemptAsync(execution, token), delivery).ConfigureAwait(false);
                succeeded = outcome.Exception is null;
                isOver = isRequest
                    ? execution.Rejection is not CircuitOpenRejectedException || await IsRefusedAsync(execution, context, succeeded).ConfigureAwait(false)
                    : delivery.PutOffBy(execution, outcome.Exception) is null;
                if (isOver)
                    ExecutionRunner.Report(execution, outcome.Exception);
            }
            finally
            {
                ExecutionRunner.End(policies, execution);
                turn.End(succeeded);
            }

            if (isOver)
            {
                await delivery.EndAsync(execution, outcome).ConfigureAwait(false);
                protection.Executions.ReturnUnused(execution);
                return;
            }

            // What its own circuit refused waits for that one; of what it calls nobody here can tell.
            if (execution.Rejection is null && delivery.PutOffBy(execution, outcome.Exception) is { } refusal)
                delivery.Held(await protection.Holding.PutOffAsync(operation, context, refusal, delivery.HeldFor).ConfigureAwait(false));
        }
    }

    // False where it may run after all.
    private async ValueTask<bool> IsRefusedAsync(Execution execution, ConsumeContext context, bool isAnswered) =>
        await protection.Holding.DecideAsync(execution, context, isAnswered).ConfigureAwait(false) switch
        {
            RefusedRequest.Refuse => true,
            RefusedRequest.RunAgain => false,
            _ => throw new OperationCanceledException("Another instance of this service takes it."),
        };

    private Origin OriginAt(Uri address) => binding.OperationFor(address, typeof(T), protection) is { } operation
        ? new(address, operation, protection.Sending.Of(address, operation.Service))
        : new(address, Operation: null, Sender: null);

    /// <summary>Where messages come from, and what protects them: nothing where there is no operation.</summary>
    private sealed record Origin(Uri Address, OperationState? Operation, Sender? Sender);
}
