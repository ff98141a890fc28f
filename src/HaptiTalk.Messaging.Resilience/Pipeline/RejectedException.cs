using System.Globalization;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// The work was refused before it ran: nothing was executed, so trying again later is safe. Where it was refused deeper down
/// (<see cref="Depth"/>), the services in between may have done a part of theirs.
/// </summary>
public abstract class RejectedException : Exception
{
    private protected RejectedException(string message, string service, string operation, TimeSpan? retryAfter, bool remote)
        : base(message)
    {
        ArgumentNullException.ThrowIfNull(operation);
        Service = Named(service, remote);
        Operation = operation;
        RetryAfter = retryAfter;
        IsRemote = remote;
    }

    /// <summary>The profile whose policy refused, wherever that was.</summary>
    public string Service { get; }

    /// <summary>What was to be run there.</summary>
    public string Operation { get; }

    /// <summary>
    /// Which call was refused: 1 for the one that was made here, 2 for one that the called service made for it, and so on. From 1;
    /// default 1.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is below 1.</exception>
    public int Depth
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 1;

    /// <summary>Who made the first of these calls, for the message; null where it has no name.</summary>
    internal string? Caller { get; init; }

    /// <inheritdoc />
    public override string Message =>
        Depth == 1 ? base.Message : $"'{Named(Service, IsRemote)}' refused, {Calls(Depth)} calls below {(Caller is null ? "this process" : $"'{Caller}'")}. {base.Message}";

    /// <summary>The earliest time, from now, at which another try can be admitted; null when nobody knows.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>True when the called service refused, false when this process did.</summary>
    public bool IsRemote { get; }

    /// <summary>Why a fallback reply stands in for the refused work.</summary>
    internal abstract FallbackReason FallbackReason { get; }

    /// <summary>A service as the texts call it: what another process says of itself may hold anything.</summary>
    private protected static string Named(string service, bool remote)
    {
        ArgumentNullException.ThrowIfNull(service);
        return remote ? RemoteText.Clean(service) : service;
    }

    private static string Calls(int number) => number switch
    {
        2 => "two",
        3 => "three",
        4 => "four",
        _ => number.ToString(CultureInfo.InvariantCulture),
    };

    private protected static string By(bool remote) => remote ? "the called service" : "this process";
}
