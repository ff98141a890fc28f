using MassTransit;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Chains
{
    /// <summary>What the services of a chain send each other.</summary>
    [ExcludeFromTopology]
    public abstract class Call
    {
        /// <summary>Its own among all that one caller has sent.</summary>
        public int Number { get; init; }

        /// <summary>Whether whoever consumes it fails.</summary>
        public bool IsBad { get; init; }
    }

    [ServiceProfile("checkout")]
    public sealed class Checkout : Call;

    [ServiceProfile("orders")]
    public sealed class PlaceOrder : Call;

    [ServiceProfile("inventory")]
    public sealed class ReserveStock : Call;

    /// <summary>Is published: nobody waits for it.</summary>
    [ServiceProfile("inventory")]
    public sealed class StockCounted : Call;

    [ServiceProfile("payments")]
    public sealed class Charge : Call;

    [ServiceProfile("ledger")]
    public sealed class Book : Call;

    [ServiceProfile("user")]
    public sealed class GetUserProfile : Call;

    public sealed record Done(int Number);
}

namespace FluentValidation
{
    /// <summary>Stands for the one that a library of that name throws: what is looked at is its name.</summary>
    internal sealed class ValidationException(string message) : Exception(message);
}
