using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>The instance of a called service, as MassTransit writes it into what that sends. Other senders leave it out.</summary>
internal static class RespondingInstance
{
    public static InstanceId? Of(HostInfo? host) =>
        host is { MachineName: { Length: > 0 } machine, ProcessId: not 0 } ? new(machine, host.ProcessId) : null;
}
