using Microsoft.AspNetCore.Http;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>A JSON object that somebody sent, or what is wrong with it.</summary>
/// <param name="Members">What is in it; empty when nothing was sent.</param>
/// <param name="Problem">What is wrong; null when nothing was sent, or an object.</param>
internal sealed record RequestBody(IReadOnlyList<BodyMember> Members, IResult? Problem)
{
    /// <summary>What is no JSON is to be told so here: routing would turn it away without a word.</summary>
    public const string AnyType = "*/*";

    private const int MostBytes = 16 * 1024;

    public static async Task<RequestBody> ReadAsync(HttpRequest request)
    {
        (ReadOnlyMemory<byte> bytes, IResult? problem) = await RequestBytes.ReadAsync(request, MostBytes).ConfigureAwait(false);
        if (problem is not null || bytes.IsEmpty)
            return new([], problem);

        (BodyMember[]? members, problem) = RequestBytes.Parse(bytes, static json => json.EnumerateObject().Select(BodyMember.From).ToArray());
        return new(members ?? [], problem);
    }
}
