namespace HaptiTalk.Messaging.Resilience;

/// <summary>How the endpoints of a host behave.</summary>
public sealed class MessagingResilienceEndpointOptions
{
    /// <summary>The authorization policy that <see cref="SteeringPolicy"/> names by default: <c>MessagingResilience.Steer</c>.</summary>
    public const string DefaultSteeringPolicy = "MessagingResilience.Steer";

    /// <summary>
    /// The host's authorization policy that whoever changes something, or looks into dead letters, has to satisfy, everywhere but in
    /// the environment <c>Development</c> at a loopback address or a name in <c>AllowedHosts</c>. Default <see cref="DefaultSteeringPolicy"/>. Where the host has no policy of that name, nobody can
    /// change anything.
    /// </summary>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public string SteeringPolicy
    {
        get;
        set
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(value);
            field = value;
        }
    } = DefaultSteeringPolicy;

    /// <summary>
    /// The directory that dead letters are written to before they are discarded; it is made when it is first needed. Default null:
    /// then nothing can be discarded unless whoever does it says that no export is wanted.
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
