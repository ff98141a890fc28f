using System.Text.Json;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Whether bytes are JSON.</summary>
internal static class JsonText
{
    public static bool Is(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var reader = new Utf8JsonReader(bytes.Span);
            bool any = false;
            while (reader.Read())
                any = true;
            return any;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
