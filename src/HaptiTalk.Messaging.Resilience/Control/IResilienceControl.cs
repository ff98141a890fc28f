namespace HaptiTalk.Messaging.Resilience;

/// <summary>Controls the process while it runs. Every change is logged and kept in <see cref="History"/>.</summary>
public interface IResilienceControl
{
    /// <summary>The last 1,000 changes, oldest first.</summary>
    IReadOnlyList<ControlChange> History { get; }

    /// <summary>Keeps, logs and tells of a change that was made elsewhere, beside those that are made here.</summary>
    /// <param name="change">What was changed. What it is about is what the log calls it, too.</param>
    ControlChange Record(ControlChange change);

    /// <summary>Whether a target names an operation that shares its service's circuit: what changes circuits refuses it.</summary>
    /// <param name="target">Which circuits.</param>
    bool SharesCircuit(ControlTarget target);

    /// <summary>Opens circuits and keeps them open until <see cref="Close"/> or <see cref="Reset"/>, also those that do not exist yet.</summary>
    /// <param name="target">Which circuits.</param>
    /// <param name="by">Who asks, for the log; not empty.</param>
    /// <param name="reason">Why, for the log; null for none.</param>
    /// <exception cref="ArgumentException"><paramref name="target"/> names an operation that shares its service's circuit.</exception>
    ControlChange Isolate(ControlTarget target, string by, string? reason = null);

    /// <summary>
    /// Has circuits admit everything for a time, whatever comes of it, also those that do not exist yet. Calls are counted, and no circuit
    /// opens: poison drains into the error queue. They close by themselves; <see cref="Close"/>, <see cref="Reset"/> and
    /// <see cref="Isolate"/> end it at once.
    /// </summary>
    /// <param name="target">Which circuits.</param>
    /// <param name="duration">For how long. 1 s–1 day.</param>
    /// <param name="by">Who asks, for the log; not empty.</param>
    /// <param name="reason">Why, for the log; null for none.</param>
    /// <exception cref="ArgumentException"><paramref name="target"/> names an operation that shares its service's circuit.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="duration"/> is too short or too long.</exception>
    ControlChange Disable(ControlTarget target, TimeSpan duration, string by, string? reason = null);

    /// <summary>Closes circuits at once, isolated, disabled or open; failures are counted anew.</summary>
    /// <inheritdoc cref="Isolate" path="/param|/exception"/>
    ControlChange Close(ControlTarget target, string by, string? reason = null);

    /// <summary>Ends an isolation or a disabling, closes circuits and forgets the failures that fallbacks count.</summary>
    /// <inheritdoc cref="Isolate" path="/param|/exception"/>
    ControlChange Reset(ControlTarget target, string by, string? reason = null);

    /// <summary>Puts values over the configured ones, under the same rules as a reload: all valid, or none in force.</summary>
    /// <param name="service">The profile; it must exist.</param>
    /// <param name="settings">
    /// Values by key, for example <c>Retry:MaxRetries</c> = <c>1</c>, or <c>Operations:getUserProfile:Retry:MaxRetries</c> for one
    /// operation alone; null takes an override back.
    /// </param>
    /// <param name="by">Who asks, for the log; not empty.</param>
    /// <param name="reason">Why, for the log; null for none.</param>
    /// <exception cref="InvalidProfilesException">Something is wrong; all of it is listed, and nothing has changed.</exception>
    ControlChange Change(string service, IReadOnlyDictionary<string, string?> settings, string by, string? reason = null);

    /// <summary>What <see cref="Change"/> would put in force. Nothing changes.</summary>
    /// <param name="service">The profile; it must exist.</param>
    /// <param name="settings">As <see cref="Change"/> takes them.</param>
    /// <param name="operation">An operation to describe; null for the service as a whole.</param>
    /// <exception cref="InvalidProfilesException">Something is wrong; all of it is listed.</exception>
    ProfileDescription Preview(string service, IReadOnlyDictionary<string, string?> settings, string? operation = null);

    /// <summary>Takes all overrides of a service back: the configuration is in force again.</summary>
    /// <param name="service">The profile.</param>
    /// <param name="by">Who asks, for the log; not empty.</param>
    /// <param name="reason">Why, for the log; null for none.</param>
    ControlChange Revert(string service, string by, string? reason = null);
}
