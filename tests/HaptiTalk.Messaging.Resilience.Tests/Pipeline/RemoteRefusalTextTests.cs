namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>A refusal that came over the wire: who refused may have been anybody.</summary>
public sealed class RemoteRefusalTextTests
{
    private const string Hostile = "us\r\ner\u001b[31m\u202e\u2028사용자";

    [Fact]
    public void Message_ServiceWithControlCharacters_StaysOnOneLine()
    {
        foreach (RejectedException refusal in Refusals(Hostile, remote: true))
        {
            refusal.Service.ShouldBe("us??er?[31m??사용자");
            refusal.Message.ShouldContain("'us??er?[31m??사용자'");
            refusal.Message.Where(char.IsControl).ShouldBeEmpty();
        }
    }

    [Fact]
    public void Message_ServiceWithoutEnd_IsCut()
    {
        foreach (RejectedException refusal in Refusals(new string('x', 100_000), remote: true))
            (refusal.Service.Length, refusal.Message.Length).ShouldSatisfyAllConditions(
                lengths => lengths.Item1.ShouldBe(200), lengths => lengths.Item2.ShouldBeLessThan(1_000));
    }

    private static RejectedException[] Refusals(string service, bool remote) =>
    [
        new CircuitOpenRejectedException(service, "getUserProfile", CircuitState.Open, since: null, retryAfter: null, remote),
        new BulkheadFullRejectedException(service, "getUserProfile", 0, 0, waited: null, retryAfter: null, remote),
    ];
}
