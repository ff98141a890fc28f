namespace HaptiTalk.Messaging.Resilience.Tests;

[ServiceProfile("user")]
public sealed record Ask(string Text);

public sealed record Answer(string Text);

public sealed record OtherAnswer(int Number);

[ServiceProfile("session")]
public sealed record Outer(string Text);

[ServiceProfile("user")]
public sealed record Happened(int Number);

public sealed record Unassigned(string Text);
