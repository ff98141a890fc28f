namespace HaptiTalk.Messaging.Resilience.Transport;

/// <summary>
/// Assemblies that are not the host's own code. What opened a circuit names the first method of the host's own that a failure came
/// through. Register one as a singleton.
/// </summary>
/// <param name="Prefixes">Beginnings of names, up to a dot: <c>MyBus</c> stands for <c>MyBus.Abstractions</c>, too.</param>
/// <param name="Adapters">Whole names: what joins the bus to this framework.</param>
public sealed record LibraryAssemblies(IReadOnlyList<string> Prefixes, IReadOnlyList<string> Adapters);
