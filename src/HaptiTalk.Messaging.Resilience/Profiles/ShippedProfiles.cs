using Microsoft.Extensions.Configuration;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>The six profiles and two environment overlays that come with the package.</summary>
internal static class ShippedProfiles
{
    /// <summary>The key below <c>Resilience</c> that leaves them out.</summary>
    public const string Key = "ShippedProfiles";

    /// <summary>What is shipped; nothing where the operator wants none of it.</summary>
    public static IConfigurationRoot Load(IConfigurationSection root, List<ProfileProblem> problems)
    {
        IConfigurationSection wanted = root.GetSection(Key);
        if (wanted.GetChildren().Any())
            problems.Add(new(wanted.Path, wanted.Value, "is true or false; nothing stands below it."));
        else if (bool.TryParse(wanted.Value ?? bool.TrueString, out bool isWanted))
            return isWanted ? Shipped() : new ConfigurationBuilder().Build();
        else
            problems.Add(new(wanted.Path, wanted.Value, "is not true or false."));

        // Without them every use of a shipped profile would be reported as a mistake beside the real one.
        return Shipped();
    }

    private static IConfigurationRoot Shipped()
    {
        using Stream json = typeof(ShippedProfiles).Assembly.GetManifestResourceStream("shipped.json")!;
        return new ConfigurationBuilder().AddJsonStream(json).Build();
    }
}
