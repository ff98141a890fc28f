using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Reads a body up to a length.</summary>
internal static class RequestBytes
{
    private const int Kibibyte = 1024;
    private const int AtOnce = 16 * Kibibyte;

    public static async Task<(ReadOnlyMemory<byte> Bytes, IResult? Problem)> ReadAsync(HttpRequest request, int most)
    {
        try
        {
            if (request.ContentLength > most)
                return (default, TooLong(most));

            using var read = new MemoryStream();
            byte[] part = new byte[AtOnce];
            for (int length; (length = await request.Body.ReadAsync(part, request.HttpContext.RequestAborted).ConfigureAwait(false)) > 0;)
            {
                if (read.Length + length > most)
                    return (default, TooLong(most));
                read.Write(part, 0, length);
            }

            return (read.GetBuffer().AsMemory(0, (int)read.Length), null);
        }
        catch (BadHttpRequestException refused)
        {
            // The server has limits of its own.
            return (default, Problems.Of(refused.StatusCode, refused.Message));
        }
    }

    /// <summary>The JSON object in it, for <paramref name="use"/>, or what is wrong.</summary>
    public static (T? Value, IResult? Problem) Parse<T>(ReadOnlyMemory<byte> bytes, Func<JsonElement, T> use)
        where T : class
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(bytes);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return (null, Invalid($"is {JsonKind.NameOf(document.RootElement.ValueKind)}; a JSON object is expected."));
            FieldErrors repeated = RepeatedMembers.In(document.RootElement);
            return repeated.None ? (use(document.RootElement), null) : (null, Problems.Invalid(repeated));
        }
        catch (JsonException malformed)
        {
            return (null, Invalid(string.Create(
                CultureInfo.InvariantCulture, $"is not valid JSON: line {malformed.LineNumber + 1}, byte {malformed.BytePositionInLine + 1}.")));
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair is JSON and yet no text.
            return (null, Invalid("has a text with a character that does not exist."));
        }
    }

    private static IResult TooLong(int most) =>
        Problems.Of(StatusCodes.Status413PayloadTooLarge, string.Create(
            CultureInfo.InvariantCulture, $"The body is larger than {most / Kibibyte} KiB. Nothing has changed."));

    private static IResult Invalid(string message) => Problems.Invalid("body", message);
}
