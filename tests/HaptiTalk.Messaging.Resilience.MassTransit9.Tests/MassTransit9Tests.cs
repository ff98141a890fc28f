using System.Reflection;
using System.Runtime.Loader;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace HaptiTalk.Messaging.Resilience.MassTransit9.Tests;

/// <summary>What can be shown of the build for MassTransit 9 where there is no licence to start a bus with.</summary>
public sealed class MassTransit9Tests(ITestOutputHelper output)
{
    private const string Adapter = "HaptiTalk.Messaging.Resilience.MassTransit";

    [Fact]
    public void Adapter_BuiltForMassTransit9_LoadsEveryTypeAndCompilesEveryMethod()
    {
        Assembly adapter = typeof(MessagingResilienceBusExtensions).Assembly;
        typeof(IBus).Assembly.GetName().Version!.Major.ShouldBe(9);

        var prepared = PreparedAssembly.Prepare(adapter);

        output.WriteLine(
            $"MassTransit {typeof(IBus).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion}: "
            + $"{prepared.Types} types, {prepared.Methods} methods, {prepared.Generic} of them generic.");
        prepared.Failures.ShouldBeEmpty();
        prepared.Types.ShouldBeGreaterThan(100);
        prepared.Methods.ShouldBeGreaterThan(1_000);
        prepared.Generic.ShouldBeGreaterThan(100);
    }

    // Otherwise the test above could not fail.
    [Fact]
    public void Adapter_BuiltForMassTransit8_DoesNotLoadWithMassTransit9()
    {
        var context = new AssemblyLoadContext(nameof(MassTransit9Tests));
        Assembly adapter = context.LoadFromAssemblyPath(Path.Combine(AppContext.BaseDirectory, "MassTransit8", $"{Adapter}.dll"));

        var prepared = PreparedAssembly.Prepare(adapter);

        foreach (string failure in prepared.Failures)
            output.WriteLine(failure);
        prepared.Failures.ShouldContain(failure => failure.Contains("IScopedClientFactory", StringComparison.Ordinal));
        prepared.Failures.ShouldContain(failure => failure.Contains("PublishEndpointProvider", StringComparison.Ordinal));
        prepared.Failures.ShouldContain(failure => failure.Contains("ChannelShouldBeClosed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task StartAsync_WithoutALicence_EndsWithMassTransitsOwnErrorOnly()
    {
        // Of this process alone: whoever has a licence sees the same.
        Environment.SetEnvironmentVariable("MT_LICENSE", null);
        Environment.SetEnvironmentVariable("MT_LICENSE_PATH", null);
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration.AddInMemoryCollection([new("Resilience:Service", "user")]);
        builder.Services.AddMessagingResilience(builder.Configuration);
        builder.Services.AddMassTransit(bus =>
        {
            bus.AddMessagingResilience();
            bus.UsingInMemory((context, memory) => memory.UseMessagingResilience(context));
        });
        using IHost host = builder.Build();

        // On a thread without a test above it, as in an application: MassTransit 9.2.6 refused to start there, and not directly in a test.
        // What it means by that is its owner's to say. No test here runs such a bus.
        ConfigurationException refusal = await Assert.ThrowsAsync<ConfigurationException>(() => Task.Run(() => host.StartAsync(TestContext.Current.CancellationToken), TestContext.Current.CancellationToken));

        output.WriteLine(refusal.Message);
        refusal.Message.Split("[Failure]").Length.ShouldBe(2, refusal.Message);
        refusal.Message.ShouldContain("License must be specified");
    }
}
