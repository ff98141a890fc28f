namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.DeadLetters;

public sealed class QueueFactsTests
{
    [Theory]
    [InlineData("3.10", null, null, "none")]
    [InlineData("3.10", 5, null, "5")]
    [InlineData("4.0", null, null, "20")]
    [InlineData("4.3", null, null, "20")]
    [InlineData("4.0", null, -1, "none")]
    [InlineData("4.0", -1, null, "none")]
    [InlineData("4.0", 5, -1, "5")]
    [InlineData("4.0", -1, 7, "7")]
    [InlineData("4.0", 5, 7, "5")]
    public void LimitOf_ArgumentAndPolicy_IsTheBrokers(string version, int? argument, int? policy, string expected) =>
        QueueFacts.LimitOf(BrokerQueueType.Quorum, BrokerVersion.Parse(version), argument, policy).ToString().ShouldBe(expected);

    [Theory]
    [InlineData("4.3.6", 4, 3)]
    [InlineData("4.0.5-6+deb13u2", 4, 0)]
    [InlineData("3.10.8", 3, 10)]
    [InlineData("unknown", 0, 0)]
    public void Parse_VersionText_IsRead(string text, int major, int minor) => BrokerVersion.Parse(text).ShouldBe(new BrokerVersion(major, minor));

    [Theory]
    [InlineData("Order", "Shop.Order", true)]
    [InlineData("shop.order", "Shop.Order", true)]
    [InlineData("Order", "Shop.OrderLine", false)]
    [InlineData("*Exception", "System.TimeoutException", true)]
    [InlineData("Sys*Time*", "System.TimeoutException", true)]
    [InlineData("Time*Sys", "System.TimeoutException", false)]
    [InlineData("*", null, false)]
    public void Fits_Pattern_IsWhatAnOperatorMeans(string pattern, string? name, bool expected) => NamePattern.Fits(pattern, name).ShouldBe(expected);

    [Fact]
    public void Of_SameFaultAfterAnotherBuild_HasTheSameFingerprint()
    {
        string first = "   at Shop.Orders.Consume(Order order) in /src/a.cs:line 1\n   at MassTransit.X.Send()";
        string second = "   at System.Throw()\r\n   at Shop.Orders.Consume(Order order) in /build/b.cs:line 99\r\n";

        StackFingerprint.Of("E", first).ShouldBe(StackFingerprint.Of("E", second));
        StackFingerprint.Of("E", first).ShouldNotBe(StackFingerprint.Of("F", first));
        StackFingerprint.Of(null, first).ShouldBeNull();
    }
}
