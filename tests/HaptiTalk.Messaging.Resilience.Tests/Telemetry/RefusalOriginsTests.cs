namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Names of services that come from other processes, as a label has them.</summary>
public sealed class RefusalOriginsTests
{
    private readonly RefusalOrigins _origins = new();

    [Fact]
    public void NameOf_MoreThanAreKeptApart_AreOneAndThoseKnownKeepTheirs()
    {
        using TestResilience test = TestResilience.Configured(static _ => { });
        OperationState operation = test.States.Get(ResilienceSide.Client, "user", "getProfile");

        for (int number = 0; number < RefusalOrigins.Most; number++)
            _origins.NameOf(From($"service-{number}"), operation).ShouldBe($"service-{number}");

        _origins.NameOf(From("one too many"), operation).ShouldBe("other");
        _origins.NameOf(From("SERVICE-7"), operation).ShouldBe("service-7");
        _origins.NameOf(From("user"), operation).ShouldBe("user", "the called service itself");
        _origins.NameOf(new CircuitOpenRejectedException("payments", "charge", CircuitState.Open, since: null, retryAfter: null), operation)
            .ShouldBe("payments", "a profile of this process");
    }

    private static CircuitOpenRejectedException From(string service) => new(service, "charge", CircuitState.Open, since: null, retryAfter: null, isRemote: true);
}
