namespace HaptiTalk.Messaging.Resilience;

/// <summary>How one service is protected: the settings as the operator wrote them, with every default filled in.</summary>
public sealed record ServiceProfile
{
    private PolicyOptionsByType _options = PolicyOptionsByType.None;

    /// <summary>
    /// Who shares a circuit, a bulkhead and counts. Default none: on the consumer side each operation has a circuit of its own, and all
    /// else is shared by the operations of the service on one side.
    /// </summary>
    public StateScope? Scope { get; init; }

    /// <summary>When the circuit opens and closes.</summary>
    public CircuitBreakerOptions CircuitBreaker { get; init => field = Keep(value); } = new();

    /// <summary>How failed attempts are repeated.</summary>
    public RetryOptions Retry { get; init => field = Keep(value); } = new();

    /// <summary>How long a call may take.</summary>
    public TimeoutOptions Timeout { get; init => field = Keep(value); } = new();

    /// <summary>When a fallback stands in.</summary>
    public FallbackOptions Fallback { get; init => field = Keep(value); } = new();

    /// <summary>How much may run and wait at once.</summary>
    public BulkheadOptions Bulkhead { get; init => field = Keep(value); } = new();

    /// <summary>How requests are sent to it.</summary>
    public RequestOptions Requests { get; init => field = Keep(value); } = new();

    /// <summary>
    /// The options of a policy by their type, also where no property here has them; their defaults where no policy of this host reads
    /// them.
    /// </summary>
    /// <typeparam name="TOptions">For example <see cref="RetryOptions"/>.</typeparam>
    public TOptions OptionsOf<TOptions>()
        where TOptions : class, new() =>
        _options.Find<TOptions>() ?? new();

    internal ServiceProfile With(object options)
    {
        ServiceProfile copy = this with { };
        copy.Keep(options);
        return copy;
    }

    private TOptions Keep<TOptions>(TOptions options)
        where TOptions : class
    {
        _options = _options.With(options);
        return options;
    }
}
