using System.Text;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Bytes as text, if they are.</summary>
internal static class Utf8Text
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <param name="bytes">The bytes.</param>
    /// <param name="isComplete">Otherwise they may end within a character.</param>
    /// <returns>Null when they are no UTF-8.</returns>
    public static string? Of(ReadOnlySpan<byte> bytes, bool isComplete = true)
    {
        if (!isComplete)
            bytes = bytes[..^Cut(bytes)];
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    // How many bytes at the end belong to a character that goes on behind it.
    private static int Cut(ReadOnlySpan<byte> bytes)
    {
        for (int back = 1; back <= Math.Min(3, bytes.Length); back++)
        {
            byte value = bytes[^back];
            if ((value & 0xC0) == 0x80)
                continue;
            int length = value >= 0xF0 ? 4 : value >= 0xE0 ? 3 : value >= 0xC0 ? 2 : 1;
            return length > back ? back : 0;
        }

        return 0;
    }
}
