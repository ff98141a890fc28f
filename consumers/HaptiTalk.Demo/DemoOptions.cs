using HaptiTalk.Hosting;

namespace HaptiTalk.Demo;

/// <summary>What the command line asked for.</summary>
/// <param name="Broker">The RabbitMQ to run on; null for MassTransit's in-memory transport.</param>
/// <param name="IsStrict">The exit code tells whether the story went as it should.</param>
/// <param name="IsServing">The services go on after the story, with their web endpoints.</param>
internal sealed record DemoOptions(BrokerAddress? Broker, bool IsStrict, bool IsServing);
