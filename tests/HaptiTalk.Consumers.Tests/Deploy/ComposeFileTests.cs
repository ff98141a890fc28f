using System.Text.RegularExpressions;

namespace HaptiTalk.Consumers.Tests;

public sealed partial class ComposeFileTests
{
    private static string Compose => Read("docker-compose.yml");

    [Fact]
    public void Compose_EveryPassword_ComesFromTheEnvironmentAndIsRequired()
    {
        string[] values = [.. SecretValue().Matches(Compose).Select(match => match.Groups["value"].Value)];

        values.ShouldNotBeEmpty();
        values.ShouldAllBe(value => RequiredVariable().IsMatch(value));
    }

    [Fact]
    public void Compose_EveryAddressWithCredentials_TakesThePasswordFromTheEnvironment()
    {
        string[] passwords = [.. AddressPassword().Matches(Compose).Select(match => match.Groups["password"].Value)];

        passwords.ShouldNotBeEmpty();
        passwords.ShouldAllBe(password => RequiredVariable().IsMatch(password));
    }

    [Fact]
    public void Compose_EveryVariable_IsNamedInTheExample()
    {
        string[] used = [.. Variable().Matches(Compose).Select(match => match.Groups["name"].Value).Distinct(StringComparer.Ordinal)];
        string[] offered = [.. Assignments(Read(".env.example")).Select(pair => pair.Name)];

        used.ShouldBe(offered, ignoreOrder: true);
    }

    [Fact]
    public void Example_EveryVariable_IsLeftEmpty() =>
        Assignments(Read(".env.example")).ShouldAllBe(pair => pair.Value.Length == 0);

    [Fact]
    public void Compose_EveryService_HasAHealthCheck()
    {
        string[] services = [.. Section().Match(Compose).Value.Split('\n').Where(line => ServiceName().IsMatch(line)).Select(line => line.Trim(' ', ':'))];
        string[] blocks = ServiceStart().Split(Section().Match(Compose).Value)[1..];

        services.ShouldBe(
            ["rabbitmq", "auth", "realtime", "session", "user", "feedback", "report", "prometheus", "grafana"], ignoreOrder: true);
        blocks.ShouldAllBe(block => block.Contains("healthcheck:") || block.Contains("<<: *service"));
    }

    [Fact]
    public void Prometheus_EveryService_IsScraped()
    {
        string prometheus = Read("prometheus/prometheus.yml");

        foreach (string service in new[] { "auth", "realtime", "session", "user", "feedback", "report" })
            prometheus.ShouldContain($"- {service}:8080");
    }

    private static string Read(string file) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "deployed", file));

    private static IEnumerable<(string Name, string Value)> Assignments(string text) =>
        text.Split('\n')
            .Where(line => line.Length > 0 && !line.StartsWith('#'))
            .Select(line => line.Split('=', 2))
            .Select(parts => (parts[0], parts[1].Trim()));

    [GeneratedRegex(@"^\s+\w*(PASS|PASSWORD|SECRET|TOKEN|AUTH|KEY)\w*:[ ]+(?<value>\S.*)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SecretValue();

    [GeneratedRegex(@"\w+://\w+:(?<password>.+)@", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex AddressPassword();

    [GeneratedRegex(@"^\$\{[A-Z_]+:\?[^}]+\}$", RegexOptions.None, 1000)]
    private static partial Regex RequiredVariable();

    [GeneratedRegex(@"(?<!\$)\$\{(?<name>[A-Z_]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Variable();

    [GeneratedRegex(@"(?<=^services:\n)(.|\n)*?(?=^\w)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Section();

    [GeneratedRegex(@"^  [a-z]+:$", RegexOptions.None, 1000)]
    private static partial Regex ServiceName();

    [GeneratedRegex(@"^  [a-z]+:$", RegexOptions.Multiline, 1000)]
    private static partial Regex ServiceStart();
}
