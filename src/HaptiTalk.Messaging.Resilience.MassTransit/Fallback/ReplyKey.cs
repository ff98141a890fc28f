using System.Security.Cryptography;
using System.Text;
using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>What a reply is remembered under: the same in every process that asks the same service the same thing.</summary>
internal static class ReplyKey
{
    private const string Prefix = "haptitalk:last-good:1:";
    private const int LongestName = 100;

    /// <summary>The readable part is for those who look for it; what decides is the hash, so a long name may be cut.</summary>
    public static string For<TRequest>(OperationState operation, Type replyType, ReadOnlyMemory<byte> content)
        where TRequest : class
    {
        // Profiles are found in any case.
        string service = operation.Service.ToLowerInvariant();
        string name = $"{service}:{operation.Name}";
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{service}\n{MessageUrn.ForTypeString<TRequest>()}\n{MessageUrn.ForTypeString(replyType)}\n"));
        hash.AppendData(content.Span);
        return $"{Prefix}{(name.Length > LongestName ? name[..LongestName] : name)}:{Convert.ToHexStringLower(hash.GetHashAndReset())}";
    }
}
