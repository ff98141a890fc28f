using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Reads a JSON object that somebody sent, and says all that is wrong with it at once. No body is an empty object.</summary>
internal static class RequestBody
{
    /// <summary>Routing would refuse another content type without a word. The endpoint explains it.</summary>
    public const string AnyType = "*/*";

    /// <summary>The longest body in bytes, where nobody sends long lists.</summary>
    public const int Small = 16 * 1024;

    /// <summary>The longest body in bytes that may hold a list of ids.</summary>
    public const int Medium = 256 * 1024;

    /// <param name="request">The request.</param>
    /// <param name="most">The longest body in bytes.</param>
    /// <param name="use">Makes of the record what is needed, and adds what is wrong with it.</param>
    public static Task<(T? Value, IResult? Problem)> ReadAsync<TBody, T>(HttpRequest request, int most, Func<TBody, FieldErrors, T> use)
        where T : class => ReadJsonAsync(request, most, (json, errors) => use(BodyReader.Read<TBody>(json, errors), errors));

    public static async Task<(T? Value, IResult? Problem)> ReadJsonAsync<T>(HttpRequest request, int most, Func<JsonElement, FieldErrors, T> use)
        where T : class
    {
        (ReadOnlyMemory<byte> bytes, IResult? problem) = await RequestBytes.ReadAsync(request, most).ConfigureAwait(false);
        if (problem is not null)
            return (null, problem);

        var errors = new FieldErrors();
        (T? value, problem) = RequestBytes.Parse(bytes.IsEmpty ? "{}"u8.ToArray() : bytes, json => use(json, errors));
        return problem is not null ? (null, problem) : errors.None ? (value, null) : (null, Problems.Invalid(errors));
    }
}
