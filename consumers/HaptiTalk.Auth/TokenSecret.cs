using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace HaptiTalk.Auth;

/// <summary>Tokens are 256 random bits. Only their hash is kept, so that who reads the database can sign in as nobody.</summary>
internal static class TokenSecret
{
    public static string Create() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static string Hash(string token) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
