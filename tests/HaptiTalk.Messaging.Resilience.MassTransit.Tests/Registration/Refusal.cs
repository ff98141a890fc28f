using MassTransit;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>The reason for which a bus did not start.</summary>
internal static class Refusal
{
    public static async Task<ConfigurationException> OfAsync(Task<TestBus> starting) =>
        (await Should.ThrowAsync<Exception>(starting)).GetBaseException().ShouldBeOfType<ConfigurationException>();
}
