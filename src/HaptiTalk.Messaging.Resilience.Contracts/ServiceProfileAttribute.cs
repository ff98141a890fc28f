namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Names the service profile a type belongs to. On a message: the profile of the service that answers or owns it.
/// On a consumer: the profile of the service that consumes, which is what events need.
/// </summary>
/// <remarks><c>Resilience:Messages:{type name}</c> in configuration overrides it on a message.</remarks>
/// <param name="name">The profile's name, for example <c>user</c>; not empty.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Interface, Inherited = true)]
public sealed class ServiceProfileAttribute(string name) : Attribute
{
    /// <summary>The profile's name.</summary>
    public string Name { get; } = string.IsNullOrWhiteSpace(name) ? throw new ArgumentException("A service profile needs a name.", nameof(name)) : name;
}
