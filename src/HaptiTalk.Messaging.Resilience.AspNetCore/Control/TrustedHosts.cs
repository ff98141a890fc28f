using System.Net;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// The names that this machine is asked by on purpose: loopback, and what the host names in <c>AllowedHosts</c>. A page of any other
/// name that resolves to this machine is of the same origin to its browser, so only the name tells it apart.
/// </summary>
internal sealed class TrustedHosts(IOptionsMonitor<HostFilteringOptions> filtering)
{
    private const string Loopback = "localhost";

    public bool Has(HostString host) => IsLoopback(host.Host) || IsNamed(host.Host);

    private static bool IsLoopback(string host)
    {
        string name = host.TrimEnd('.');
        return IPAddress.TryParse(name.Trim('[', ']'), out IPAddress? address)
            ? IPAddress.IsLoopback(address)
            : string.Equals(name, Loopback, StringComparison.OrdinalIgnoreCase) || name.EndsWith($".{Loopback}", StringComparison.OrdinalIgnoreCase);
    }

    // What lets every name in names none.
    private bool IsNamed(string host)
    {
        StringSegment[] named =
        [
            .. from entry in filtering.CurrentValue.AllowedHosts
               where entry is not ("*" or "[::]" or "0.0.0.0")
               select new StringSegment(new HostString(entry).ToUriComponent()),
        ];
        return host.Length > 0 && named.Length > 0 && HostString.MatchesAny(host, named);
    }
}
