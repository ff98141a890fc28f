using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;

namespace HaptiTalk.Hosting;

/// <summary>Where a service finds its broker's address.</summary>
public static class BrokerConfiguration
{
    /// <summary>The environment variable that holds the address where there is no <c>--broker</c>.</summary>
    public const string Variable = "HAPTITALK_BROKER";

    /// <summary>Reads <c>--broker</c>, else <see cref="Variable"/>, or says what to set. The error never shows a password.</summary>
    public static bool TryReadBroker(
        this IConfiguration configuration, [NotNullWhen(true)] out BrokerAddress? broker, [NotNullWhen(false)] out string? error)
    {
        string? text = configuration["broker"] ?? configuration[Variable];
        if (!string.IsNullOrWhiteSpace(text))
            return BrokerAddress.TryParse(text, out broker, out error);

        broker = null;
        error = $"No broker: give --broker {BrokerAddress.Form}, or set {Variable} to such an address.";
        return false;
    }
}
