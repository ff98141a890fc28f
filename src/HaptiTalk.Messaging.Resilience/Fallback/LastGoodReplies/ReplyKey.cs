using System.Security.Cryptography;
using System.Text;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>What a reply is remembered under: the same in every process that asks the same service the same thing.</summary>
internal static class ReplyKey
{
    private const string Prefix = "haptitalk:last-good:1:";
    private const int LongestName = 100;

    /// <summary>The readable part is for those who look for it; what decides is the hash, so a long name may be cut.</summary>
    public static string For(OperationState operation, string request, string reply, ReadOnlyMemory<byte> content)
    {
        // Profiles are found in any case.
        string service = operation.Service.ToLowerInvariant();
        string name = $"{service}:{operation.Name}";
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{service}\n{request}\n{reply}\n"));
        hash.AppendData(content.Span);
        return $"{Prefix}{(name.Length > LongestName ? name[..LongestName] : name)}:{Convert.ToHexStringLower(hash.GetHashAndReset())}";
    }
}
