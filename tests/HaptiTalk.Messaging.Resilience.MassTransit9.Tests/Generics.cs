using System.Reflection;

namespace HaptiTalk.Messaging.Resilience.MassTransit9.Tests;

/// <summary>Gives generic types and methods arguments: what a parameter is constrained to, or else any class.</summary>
internal static class Generics
{
    public static Type Close(Type type) => type.ContainsGenericParameters
        ? type.GetGenericTypeDefinition().MakeGenericType([.. type.GetGenericArguments().Select(Argument)])
        : type;

    public static MethodBase Close(MethodBase method) => method is MethodInfo { IsGenericMethodDefinition: true } definition
        ? definition.MakeGenericMethod([.. definition.GetGenericArguments().Select(Argument)])
        : method;

    private static Type Argument(Type parameter)
    {
        if (!parameter.IsGenericParameter)
            return Close(parameter);
        if (parameter.GenericParameterAttributes.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint))
            return typeof(int);
        // Of several the one that has the others in it.
        return parameter.GetGenericParameterConstraints().MaxBy(static constraint => constraint.GetInterfaces().Length) is { } most ? Argument(most) : typeof(Answer);
    }

    private sealed record Answer;
}
