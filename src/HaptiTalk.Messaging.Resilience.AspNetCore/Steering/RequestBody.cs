using System.Buffers;
using System.Globalization;
using System.Text.Json;
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
        byte[] bytes = ArrayPool<byte>.Shared.Rent(MostBytes + 1);
        try
        {
            int length = request.ContentLength > MostBytes
                ? MostBytes + 1
                : await request.Body.ReadAtLeastAsync(
                    bytes.AsMemory(0, MostBytes + 1), MostBytes + 1, throwOnEndOfStream: false, request.HttpContext.RequestAborted).ConfigureAwait(false);
            return length switch
            {
                0 => new([], Problem: null),
                > MostBytes => new([], Problems.Of(StatusCodes.Status413PayloadTooLarge, $"The body is larger than {MostBytes / 1024} KiB. Nothing has changed.")),
                _ => Parse(bytes.AsMemory(0, length)),
            };
        }
        catch (BadHttpRequestException refused)
        {
            // The server has limits of its own.
            return new([], Problems.Of(refused.StatusCode, refused.Message));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private static RequestBody Parse(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(bytes);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new([.. document.RootElement.EnumerateObject().Select(BodyMember.From)], Problem: null)
                : Invalid($"is {BodyMember.Describe(document.RootElement.ValueKind)}; a JSON object is expected.");
        }
        catch (JsonException malformed)
        {
            return Invalid(string.Create(
                CultureInfo.InvariantCulture, $"is not valid JSON: line {malformed.LineNumber + 1}, byte {malformed.BytePositionInLine + 1}."));
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair is JSON and yet no text.
            return Invalid("has a text with a character that does not exist.");
        }
    }

    private static RequestBody Invalid(string message) => new([], Problems.Invalid("body", message));
}
