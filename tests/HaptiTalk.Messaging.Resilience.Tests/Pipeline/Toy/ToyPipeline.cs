using Polly;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>All that a policy needs to be known.</summary>
internal static class ToyPipeline
{
    public static PolicyDescriptor Policy { get; } =
        new("Toy", PolicyPosition.Innermost, static (builder, state, _) => builder.AddStrategy(_ => new ToyStrategy(state), new PolicyOptions("Toy")))
        {
            Section = PolicySection.Of<ToyOptions>("Toy"),
            Instruments = ToyStrategy.Instruments,
            Validate = static profile => Validate(profile.OptionsOf<ToyOptions>()),
        };

    private static IEnumerable<(string Key, string Message)> Validate(ToyOptions options)
    {
        if (options.WarnFrom > options.MaxCalls)
            yield return ("Toy:WarnFrom", $"is above Toy:MaxCalls ({options.MaxCalls}).");
    }
}
