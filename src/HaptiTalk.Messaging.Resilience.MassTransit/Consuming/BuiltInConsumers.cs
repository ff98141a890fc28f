using System.Globalization;
using System.Reflection;
using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// The consumers and sagas that MassTransit brings along: of its job service, its futures, its schedulers. They repeat and time
/// their work themselves, by definitions that cannot be changed, so no profile is applied to them.
/// </summary>
internal static class BuiltInConsumers
{
    // Each of its packages carries the same key.
    private static readonly byte[] Key = typeof(IBus).Assembly.GetName().GetPublicKeyToken() ?? [];

    // No consumer of its own has more type arguments.
    private const int MostArguments = 8;

    // What wraps the handlers that a service registers.
    private const string Wrappers = "MassTransit.DependencyInjection.";

    public static bool Includes(Type consumer, Type consumed) =>
        Includes(consumer) || typeof(IJobConsumer<>).MakeGenericType(consumed).IsAssignableFrom(consumer);

    /// <param name="consumer">The name by which MassTransit shows a consumer.</param>
    public static bool Includes(string consumer)
    {
        string name = consumer.Split('<')[0];
        string[] names = [name, .. Enumerable.Range(1, MostArguments).Select(arguments => string.Create(
            CultureInfo.InvariantCulture, $"{name}`{arguments}"))];
        return AppDomain.CurrentDomain.GetAssemblies().Where(IsIts)
            .SelectMany(assembly => names.Select(assembly.GetType))
            .Any(static type => type is not null && Includes(type));
    }

    /// <summary>Whether one of MassTransit's packages brings a type along.</summary>
    public static bool IsOfMassTransit(Type type) => IsIts(type.Assembly);

    // Who gives an interface of MassTransit's for a consumer means an own one behind it.
    private static bool Includes(Type consumer) =>
        !consumer.IsInterface && IsIts(consumer.Assembly) && !consumer.FullName!.StartsWith(Wrappers, StringComparison.Ordinal);

    private static bool IsIts(Assembly assembly) => Key.Length > 0 && Key.AsSpan().SequenceEqual(assembly.GetName().GetPublicKeyToken());
}
