using HaptiTalk.Hosting;
using Microsoft.Extensions.Configuration;

namespace HaptiTalk.Consumers.Tests;

public sealed class BrokerAddressTests
{
    [Fact]
    public void Parse_Complete_ReadsEveryPart()
    {
        BrokerAddress address = BrokerAddress.Parse("amqp://app:s%40cr%2Fet@rabbit.example:5673/haptitalk");

        (address.Host, address.Port, address.VirtualHost, address.UserName, address.Password, address.UseTls)
            .ShouldBe(("rabbit.example", (ushort)5673, "haptitalk", "app", "s@cr/et", false));
    }

    [Theory]
    [InlineData("amqp://app:s%40cr%2Fet@rabbit.example:5673/haptitalk")]
    [InlineData("amqp://u:p@h")]
    [InlineData("amqps://u:p@[::1]:5700/a%2Fb")]
    public void ToUri_Any_IsReadAsTheSameAddress(string text) =>
        BrokerAddress.Parse(BrokerAddress.Parse(text).ToUri().OriginalString).ShouldBe(BrokerAddress.Parse(text));

    [Theory]
    [InlineData("amqp://u:p@h", 5672, "/")]
    [InlineData("amqp://u:p@h/", 5672, "/")]
    [InlineData("amqps://u:p@h", 5671, "/")]
    [InlineData("amqp://u:p@h/%2F", 5672, "/")]
    [InlineData("amqp://u:p@h/a%2Fb", 5672, "a/b")]
    [InlineData("amqp://u:p@[::1]:5700/v", 5700, "v")]
    public void Parse_PartsLeftOut_TakesRabbitMqsDefaults(string text, int port, string virtualHost)
    {
        BrokerAddress address = BrokerAddress.Parse(text);

        ((int)address.Port, address.VirtualHost).ShouldBe((port, virtualHost));
    }

    [Theory]
    [InlineData("amqp://u:p:with:colons@h", "p:with:colons")]
    [InlineData("amqp://u:%23%3F@h", "#?")]
    public void Parse_UnusualPassword_IsKept(string text, string password) => BrokerAddress.Parse(text).Password.ShouldBe(password);

    [Theory]
    [InlineData("rabbit", "absolute URI")]
    [InlineData("amqp://", "host")]
    [InlineData("http://u:hunter2@h:1/v", "amqp://")]
    [InlineData("amqp://h:5672/v", "user and password are missing")]
    [InlineData("amqp://u@h:5672/v", "user and password are missing")]
    [InlineData("amqp://u:@h:5672/v", "user and password are missing")]
    [InlineData("amqp://:hunter2@h:5672/v", "user and password are missing")]
    [InlineData("amqp://u:hunter2@:5672/v", "host")]
    [InlineData("amqp://u:hunter2@h:0/v", "port")]
    [InlineData("amqp://u:hunter2@h:70000/v", "port")]
    [InlineData("amqp://u:hunter2@h:port/v", "port")]
    [InlineData("amqp://u:hunter2@h/a/b", "%2F")]
    [InlineData("amqp://u:hunter2@h/v?heartbeat=1", "nothing may follow")]
    [InlineData("amqp://u:hunter2@h/v#x", "nothing may follow")]
    public void TryParse_Malformed_SaysWhatIsWrongWithoutThePassword(string text, string reason)
    {
        BrokerAddress.TryParse(text, out BrokerAddress? address, out string? error).ShouldBeFalse();

        address.ShouldBeNull();
        error.ShouldContain(reason);
        error.ShouldContain(BrokerAddress.Form);
        error.ShouldNotContain("hunter2");
    }

    [Theory]
    [InlineData("amqp://app:hunter2@h:5673/v", "amqp://app@h:5673/v")]
    [InlineData("amqps://app:hunter2@h", "amqps://app@h:5671/")]
    public void ToString_Always_LeavesThePasswordOut(string text, string shown) =>
        $"{BrokerAddress.Parse(text)}".ShouldBe(shown);

    [Fact]
    public void TryReadBroker_ArgumentAndVariable_TheArgumentWins()
    {
        IConfiguration configuration = Configure(("broker", "amqp://u:p@argument"), (BrokerConfiguration.Variable, "amqp://u:p@variable"));

        configuration.TryReadBroker(out BrokerAddress? broker, out _).ShouldBeTrue();

        broker!.Host.ShouldBe("argument");
    }

    [Fact]
    public void TryReadBroker_Neither_NamesBothAndTheForm()
    {
        Configure().TryReadBroker(out _, out string? error).ShouldBeFalse();

        error.ShouldBe($"No broker: give --broker {BrokerAddress.Form}, or set HAPTITALK_BROKER to such an address.");
    }

    private static IConfiguration Configure(params (string Key, string Value)[] values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value))).Build();
}
