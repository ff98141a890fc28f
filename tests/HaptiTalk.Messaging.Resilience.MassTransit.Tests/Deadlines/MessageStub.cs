using System.Reflection;
using MassTransit;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>A consume context that has nothing but the properties it is given.</summary>
public class MessageStub : DispatchProxy
{
    private Dictionary<string, object?> _properties = [];

    public static ConsumeContext Of(params (string Property, object? Value)[] properties)
    {
        ConsumeContext context = Create<ConsumeContext, MessageStub>();
        ((MessageStub)context)._properties = properties.ToDictionary(static property => $"get_{property.Property}", static property => property.Value);
        return context;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => _properties.GetValueOrDefault(targetMethod!.Name);
}
