using System.Text;
using HaptiTalk.Messaging.Resilience.Brokers;

namespace HaptiTalk.Messaging.Resilience.Tool.Tests.Connecting;

/// <summary>Which broker is asked, and that nothing tells its password.</summary>
public sealed class ConnectionChoiceTests(BrokerFixture broker)
{
    // Nothing listens there, and the error says the port.
    private const string Elsewhere = "amqp://user:hidden@127.0.0.1:1/";

    [Theory]
    [InlineData("--broker beats the rest", true, true, true, "amqp://127.0.0.1:11/")]
    [InlineData("a named file beats the environment", false, true, true, "amqp://127.0.0.1:12/")]
    [InlineData("the environment beats the file that is there", false, false, true, "amqp://127.0.0.1:13/")]
    [InlineData("the file that is there", false, false, false, "amqp://127.0.0.1:14/")]
    public async Task Run_BrokerSaidInSeveralPlaces_TheNearestCounts(string why, bool option, bool named, bool inVariable, string address)
    {
        using Folder folder = new();
        folder.Write("named.json", """{ "Broker": "amqp://user:hidden@127.0.0.1:12/" }""");
        folder.Write("appsettings.json", """{ "ConnectionStrings": { "RabbitMq": "amqp://user:hidden@127.0.0.1:14/" } } // as hosts read it""");

        Run run = await Run.OfAsync(
            environment => environment with
            {
                Folder = folder.Path,
                Variable = name => inVariable && name == "HAPTITALK_BROKER" ? "amqp://user:hidden@127.0.0.1:13/" : null,
            },
            [
                "dead-letters", "count", "user_error", "--verbose",
                .. option ? (string[])["--broker", "amqp://user:hidden@127.0.0.1:11/"] : [],
                .. named ? (string[])["--settings", "named.json"] : [],
            ]);

        run.Code.ShouldBe(3, why);
        run.Error.ShouldContain(address, customMessage: why);
        run.Everything.ShouldNotContain("hidden");
        run.Error.Contains("warning: --broker holds a password", StringComparison.Ordinal).ShouldBe(option);
    }

    [Theory]
    [InlineData("""{ "Broker": """, "no JSON of settings")]
    [InlineData("""{ "Resilience": {} }""", "has neither Broker nor ConnectionStrings:RabbitMq")]
    [InlineData("""{ "Broker": "hidden" }""", "is not a broker's address")]
    public async Task Run_WrongSettings_EndsWith2AndNamesTheFile(string settings, string expected)
    {
        using Folder folder = new();
        folder.Write("wrong.json", settings);

        Run run = await Run.OfAsync(environment => environment with { Folder = folder.Path }, ["dead-letters", "count", "user_error", "--settings", "wrong.json"]);

        run.Code.ShouldBe(2);
        run.Error.ShouldContain(expected);
        run.Error.ShouldContain("wrong.json");
        run.Everything.ShouldNotContain("hidden");
    }

    [Theory]
    [InlineData("No broker", "dead-letters", "count", "user_error")]
    [InlineData("--broker is not a broker's address", "dead-letters", "count", "a_error", "--broker", "http://user:hidden@rabbit.example")]
    [InlineData("--broker is not a broker's address", "dead-letters", "count", "a_error", "--broker", "rabbit:hidden")]
    [InlineData("--management is not", "dead-letters", "count", "a_error", "--broker", "amqp://h", "--management", "ftp://user:hidden@h")]
    [InlineData("could not be read|Could not find", "dead-letters", "count", "a_error", "--settings", "missing.json")]
    [InlineData("needs a user", "dead-letters", "count", "a_error", "--broker", "amqp://rabbit.example", "--password-stdin")]
    public async Task Run_WrongConnection_EndsWith2(string expected, params string[] arguments)
    {
        Run run = await Run.OfAsync(static environment => environment with { OpenInput = static () => new MemoryStream("hidden\n"u8.ToArray()) }, arguments);

        run.Code.ShouldBe(2);
        expected.Split('|').Any(text => run.Error.Contains(text, StringComparison.Ordinal)).ShouldBeTrue(run.Error);
        run.Everything.ShouldNotContain("hidden");
    }

    [Fact]
    public async Task Run_WrongAddressInTheEnvironment_NamesTheVariable()
    {
        Run run = await Run.OfAsync(static environment => environment with { Variable = static _ => "rabbit:hidden" }, ["dead-letters", "count", "user_error"]);

        run.Code.ShouldBe(2);
        run.Error.ShouldContain("HAPTITALK_BROKER");
        run.Everything.ShouldNotContain("hidden");
    }

    [Fact]
    public async Task Run_NothingListening_EndsWith3AndKeepsThePassword()
    {
        Run run = await Run.OfAsync(
            static environment => environment with { Variable = static name => name == "HAPTITALK_BROKER" ? Elsewhere : null },
            ["dead-letters", "count", "user_error", "--verbose"]);

        run.Code.ShouldBe(3);
        run.Error.ShouldContain("amqp://127.0.0.1:1/");
        run.Error.ShouldContain("because: ");
        run.Everything.ShouldNotContain("hidden");
    }

    [Fact]
    public async Task Run_PasswordFromTheInputAndVirtualHost_AreUsed()
    {
        await using DeadLetterHost host = await DeadLetterHost.CreateAsync(broker, failures: 1);
        string password = Uri.UnescapeDataString(host.Address.UserInfo.Split(':')[1]);
        UriBuilder address = new(host.Address) { Password = "", Path = "" };
        string[] arguments = ["count", "user_error", "--broker", address.Uri.ToString(), "--vhost", host.VirtualHost, "--password-stdin"];

        Run right = await host.RunAsync(environment => environment with { OpenInput = () => new MemoryStream(Encoding.UTF8.GetBytes($"{password}\n")) }, arguments);
        Run wrong = await host.RunAsync(environment => environment with { OpenInput = () => new MemoryStream("wr/o@ng\n"u8.ToArray()) }, [.. arguments, "--verbose"]);

        right.Code.ShouldBe(0, right.Error);
        right.Error.ShouldBeEmpty();
        wrong.Code.ShouldBe(3);
        wrong.Everything.ShouldNotContain("wr/o@ng");
        wrong.Everything.ShouldNotContain(Uri.EscapeDataString("wr/o@ng"));
    }

    private sealed class Folder : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("haptitalk-tool-");

        public string Path => _folder.FullName;

        public void Write(string name, string text) => File.WriteAllText(System.IO.Path.Combine(Path, name), text);

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
