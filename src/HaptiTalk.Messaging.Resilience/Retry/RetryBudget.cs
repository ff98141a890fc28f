namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Keeps repeats to a share of the calls they belong to. In an outage every call is repeated, by every service at once: without
/// a bound the load on what is in trouble would be a multiple of the usual.
/// </summary>
internal sealed class RetryBudget(TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly SlidingCount _calls = new(clock);
    private readonly SlidingCount _retries = new(clock);

    public void Called(RetryOptions options)
    {
        lock (_gate)
            _calls.Increment(options.BudgetWindow);
    }

    /// <summary>Takes one repeat out of what is left; false when nothing is.</summary>
    public bool TrySpend(RetryOptions options)
    {
        lock (_gate)
        {
            double allowed = (options.BudgetFloor * options.BudgetWindow.TotalSeconds) + (options.BudgetRatio * _calls.Sum(options.BudgetWindow));
            if (_retries.Sum(options.BudgetWindow) + 1 > allowed)
                return false;

            _retries.Increment(options.BudgetWindow);
            return true;
        }
    }
}
