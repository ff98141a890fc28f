namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.FaultMatrix;

[ServiceProfile("matrix")]
public sealed record MatrixRequest(int Number);

public sealed record MatrixReply(int Number);

[ServiceProfile("matrix")]
public sealed record MatrixEvent(int Number);

[ServiceProfile("matrix")]
public sealed record MatrixCommand(int Number);
