namespace HaptiTalk.Messaging.Resilience;

/// <summary>The entry for work that is not a message (a database call inside a consumer, an HTTP call), and for a look at the live state.</summary>
public interface IMessagingResilience
{
    /// <summary>The protection of one service under its profile.</summary>
    /// <param name="service">The profile's name, for example <c>auth</c>. A name without a profile gets the defaults and a warning in the log. The first 100 of those are kept
    /// apart; all others share the service <c>other</c>.</param>
    /// <exception cref="ArgumentException"><paramref name="service"/> is empty.</exception>
    IServiceResilience For(string service);

    /// <summary>The settings in force for a service, and where each came from.</summary>
    /// <param name="service">The profile's name; one without a profile has the defaults.</param>
    /// <param name="operation">An operation with settings of its own; null for the service as a whole.</param>
    /// <exception cref="ArgumentException"><paramref name="service"/> is empty.</exception>
    ProfileDescription Describe(string service, string? operation = null);

    /// <summary>The same of every profile as a whole, in the order of their names and all of one revision.</summary>
    IReadOnlyList<ProfileDescription> DescribeAll();

    /// <summary>
    /// The live state of every service that has run something since the process began, one entry per side, and of what somebody has
    /// isolated before anything ran there.
    /// </summary>
    IReadOnlyList<ServiceSnapshot> GetSnapshot();

    /// <summary>What holds for the whole process: brokers that are lost, endpoints that are paused, and a configuration that was not applied.</summary>
    HostSnapshot GetHostSnapshot();
}
