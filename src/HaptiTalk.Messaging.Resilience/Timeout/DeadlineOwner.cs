using System.Globalization;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Whose time a chain of calls is spending: the call that set the deadline all the others stand under.</summary>
/// <param name="Service">The profile of the service that was called.</param>
/// <param name="Total">The time it gave.</param>
/// <param name="Setting">What set that.</param>
internal readonly record struct DeadlineOwner(string Service, TimeSpan Total, DeadlineSetting Setting)
{
    private const int LongestText = 256;

    /// <summary>As it is written on a request: <c>4000 DefaultTimeout orders</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(long)Math.Ceiling(Total.TotalMilliseconds)} {Setting} {Service}");

    /// <summary>Whether it is what <see cref="ToString"/> writes. Anybody may have written it.</summary>
    public static bool IsOne(string? text) => TrySplit(text, out _, out _, out _);

    public static bool TryParse(string? text, out DeadlineOwner owner)
    {
        owner = default;
        if (!TrySplit(text, out TimeSpan total, out DeadlineSetting setting, out ReadOnlySpan<char> service))
            return false;

        owner = new(RemoteText.Clean(service.ToString()), total, setting);
        return true;
    }

    private static bool TrySplit(string? text, out TimeSpan total, out DeadlineSetting setting, out ReadOnlySpan<char> service)
    {
        (total, setting) = (default, default);
        service = default;
        if (text is null || text.Length > LongestText)
            return false;

        int first = text.IndexOf(' ');
        int second = first < 0 ? -1 : text.IndexOf(' ', first + 1);
        if (second < 0 || !uint.TryParse(text.AsSpan(0, first), NumberStyles.None, CultureInfo.InvariantCulture, out uint milliseconds))
            return false;

        ReadOnlySpan<char> name = text.AsSpan(first + 1, second - first - 1);
        total = TimeSpan.FromMilliseconds((double)milliseconds);
        service = text.AsSpan(second + 1);

        // A number and a list of names are names to an enumeration, too.
        return !service.IsWhiteSpace() && Enum.TryParse(name, out setting) && name.SequenceEqual(Enum.GetName(setting));
    }
}

/// <summary>What sets a deadline.</summary>
internal enum DeadlineSetting
{
    /// <summary><c>Timeout:DefaultTimeout</c> of the profile.</summary>
    DefaultTimeout,

    /// <summary><c>Timeout:AttemptTimeout</c> of the profile.</summary>
    AttemptTimeout,

    /// <summary>The <c>RequestTimeout</c> that the call, its client or its factory was given.</summary>
    RequestTimeout,
}
