using System.Collections.Immutable;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>The options of a profile's policies, one of each type. Two with the same values are equal, as records are.</summary>
internal sealed class PolicyOptionsByType : IEquatable<PolicyOptionsByType>
{
    private readonly ImmutableDictionary<Type, object> _options;

    private PolicyOptionsByType(ImmutableDictionary<Type, object> options) => _options = options;

    public static PolicyOptionsByType None { get; } = new(ImmutableDictionary<Type, object>.Empty);

    public PolicyOptionsByType With(object options) => new(_options.SetItem(options.GetType(), options));

    public TOptions? Find<TOptions>()
        where TOptions : class =>
        _options.GetValueOrDefault(typeof(TOptions)) as TOptions;

    public bool Equals(PolicyOptionsByType? other) =>
        other is not null && _options.Count == other._options.Count && _options.All(own => own.Value.Equals(other._options.GetValueOrDefault(own.Key)));

    public override bool Equals(object? obj) => Equals(obj as PolicyOptionsByType);

    public override int GetHashCode()
    {
        // In no order.
        int hash = 0;
        foreach (object options in _options.Values)
            hash ^= options.GetHashCode();
        return hash;
    }
}
