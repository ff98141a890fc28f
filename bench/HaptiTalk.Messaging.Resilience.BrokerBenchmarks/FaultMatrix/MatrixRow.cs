namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.FaultMatrix;

/// <summary>What one fault did to one subject.</summary>
internal sealed record MatrixRow(
    string Fault,
    Subject Subject,
    EndedCall[] Requests,
    EndedCall[] Publishes,
    EndedCall[] Sends,
    EndedCall[] Burst,
    TimeSpan? FirstGoodCall,
    int Confirmed,
    int Lost,
    int Duplicated,
    int ArrivedUnconfirmed)
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(100);

    public TimeSpan Longest => Requests.Concat(Publishes).Concat(Sends).Concat(Burst).Max(static call => call.Took);

    /// <summary>Null where nothing was promised.</summary>
    public bool? IsInTime => Subject.IsBounded ? Longest <= Subject.Total + Tolerance : null;
}
