using System.Globalization;
using System.Text;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>A broker's version, as far as behaviour depends on it.</summary>
internal readonly record struct BrokerVersion(int Major, int Minor) : IComparable<BrokerVersion>
{
    public static bool operator <(BrokerVersion left, BrokerVersion right) => left.CompareTo(right) < 0;

    public static bool operator >(BrokerVersion left, BrokerVersion right) => left.CompareTo(right) > 0;

    public static bool operator <=(BrokerVersion left, BrokerVersion right) => left.CompareTo(right) <= 0;

    public static bool operator >=(BrokerVersion left, BrokerVersion right) => left.CompareTo(right) >= 0;

    /// <returns>0.0 for what is no version, which no row of a table but the careful ones fits.</returns>
    public static BrokerVersion Parse(string text)
    {
        string[] parts = text.Split('.', '-', '+');
        return parts.Length >= 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int major)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int minor)
            ? new(major, minor)
            : default;
    }

    /// <summary>What the broker says of itself when a connection is made.</summary>
    public static string TextOf(IDictionary<string, object?>? serverProperties, string property = "version") =>
        serverProperties?.TryGetValue(property, out object? value) == true && value is byte[] text ? Encoding.UTF8.GetString(text) : "";

    public int CompareTo(BrokerVersion other) => Major != other.Major ? Major.CompareTo(other.Major) : Minor.CompareTo(other.Minor);

    public override string ToString() => $"{Major}.{Minor}";
}
