using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>The JSON of the endpoints. It does not depend on the host's JSON options.</summary>
internal static class DocumentedJson
{
    public static JsonSerializerOptions Options { get; } = Create();

    /// <summary>A state as the seed writes it: <c>HALF_OPEN</c>.</summary>
    public static string NameOf(CircuitState state) => JsonNamingPolicy.SnakeCaseUpper.ConvertName(state.ToString());

    /// <summary>The same of an endpoint that takes no messages.</summary>
    public static string NameOf(PausedEndpointState state) => JsonNamingPolicy.SnakeCaseUpper.ConvertName(state.ToString());

    /// <summary>A reason as events write it: <c>failureRatio</c>.</summary>
    public static string NameOf(CircuitOpenReason reason) => JsonNamingPolicy.CamelCase.ConvertName(reason.ToString());

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            Converters = { new UtcTime(), new FailureName(), new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
        };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }

    private sealed class UtcTime : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
    }

    // The message of an exception may hold private data. Its type is enough for an operator.
    private sealed class FailureName : JsonConverter<Exception>
    {
        public override Exception Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, Exception value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.GetType().FullName);
    }
}
