using System.Threading.RateLimiting;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>A number of places that callers take and give back. Nobody waits for one.</summary>
/// <remarks>They last as long as the host. A limiter that lets nobody wait holds nothing that must be disposed.</remarks>
internal static class Places
{
    public static RateLimiter For(int count) => new ConcurrencyLimiter(new() { PermitLimit = count });
}
