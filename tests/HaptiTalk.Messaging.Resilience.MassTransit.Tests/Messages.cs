namespace HaptiTalk.Messaging.Resilience.Tests;

[ServiceProfile("user")]
public sealed record Ask(string Text);

/// <summary>MassTransit makes a message from an anonymous object only where there is a constructor without parameters.</summary>
[ServiceProfile("user")]
public sealed record Inquire
{
    public string Text { get; init; } = "";
}

public sealed record Answer(string Text);

public sealed record OtherAnswer(int Number);

[ServiceProfile("session")]
public sealed record Outer(string Text);

[ServiceProfile("user")]
public sealed record Happened(int Number);

public sealed record Unassigned(string Text);
