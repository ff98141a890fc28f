namespace HaptiTalk.Messaging.Resilience;

/// <summary>How the endpoints of a host behave.</summary>
public sealed class MessagingResilienceEndpointOptions
{
    /// <summary>The authorization policy that <see cref="ControlPolicy"/> names by default: <c>MessagingResilience.Control</c>.</summary>
    public const string DefaultControlPolicy = "MessagingResilience.Control";

    /// <summary>
    /// The host's authorization policy for callers who make changes or read dead letters. Default: <see cref="DefaultControlPolicy"/>.
    /// If the host has no policy of that name, nobody can make changes. In the environment <c>Development</c>, callers who use a
    /// loopback address, or a name in <c>AllowedHosts</c>, need no policy.
    /// </summary>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public string ControlPolicy
    {
        get;
        set
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(value);
            field = value;
        }
    } = DefaultControlPolicy;

    /// <summary>
    /// The directory for dead letters that are discarded. They are written there first. It is created at first use. Default: null.
    /// Then a discard must say <c>withoutExport</c>.
    /// </summary>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    public string? DeadLetterExports
    {
        get;
        set
        {
            if (value is not null)
                ArgumentException.ThrowIfNullOrWhiteSpace(value);
            field = value;
        }
    }
}
