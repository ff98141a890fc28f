using Microsoft.Extensions.Configuration;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>The six profiles and two environment overlays that come with the package.</summary>
internal static class ShippedProfiles
{
    public static IConfigurationRoot Load()
    {
        using Stream json = typeof(ShippedProfiles).Assembly.GetManifestResourceStream("shipped.json")!;
        return new ConfigurationBuilder().AddJsonStream(json).Build();
    }
}
