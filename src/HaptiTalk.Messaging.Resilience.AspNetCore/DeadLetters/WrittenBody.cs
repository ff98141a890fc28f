using Microsoft.AspNetCore.Http;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Reads a body whose members have members of their own, and tells all that is wrong with it.</summary>
internal static class WrittenBody
{
    public const int MostBytes = 256 * 1024;

    public static async Task<(T? Value, IResult? Problem)> ReadAsync<T>(HttpRequest request, int most, Func<BodyFields, T> read)
        where T : class
    {
        (ReadOnlyMemory<byte> bytes, IResult? problem) = await RequestBytes.ReadAsync(request, most).ConfigureAwait(false);
        if (problem is not null)
            return (null, problem);

        var errors = new FieldErrors();
        (T? value, problem) = RequestBytes.Parse(bytes.IsEmpty ? "{}"u8.ToArray() : bytes, json => read(new(json, errors)));
        return problem is not null ? (null, problem) : errors.None ? (value, null) : (null, Problems.Invalid(errors));
    }
}
