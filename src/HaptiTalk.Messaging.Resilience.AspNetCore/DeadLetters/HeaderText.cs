using System.Globalization;
using System.Text;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>A text in a header of an answer. Those carry ASCII, so everything else, and the percent sign, is percent-encoded UTF-8.</summary>
internal static class HeaderText
{
    public static string Of(string text)
    {
        var written = new StringBuilder(text.Length);
        foreach (byte each in Encoding.UTF8.GetBytes(text))
        {
            if (each is >= (byte)' ' and < 0x7F and not (byte)'%')
                written.Append((char)each);
            else
                written.Append(CultureInfo.InvariantCulture, $"%{each:X2}");
        }

        return written.ToString();
    }
}
