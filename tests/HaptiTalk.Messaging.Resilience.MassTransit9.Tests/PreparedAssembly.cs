using System.Reflection;
using System.Runtime.CompilerServices;

namespace HaptiTalk.Messaging.Resilience.MassTransit9.Tests;

/// <summary>
/// An assembly of which every type is loaded and every method is compiled, as the runtime does before a first call. What a method calls
/// and what a type implements has to be there for that. Nothing runs.
/// </summary>
/// <param name="Types">How many types were loaded.</param>
/// <param name="Methods">How many methods were compiled.</param>
/// <param name="Generic">How many of them are generic or belong to a generic type: each is compiled for one set of arguments.</param>
/// <param name="Failures">What did not load or compile, and why.</param>
internal sealed record PreparedAssembly(int Types, int Methods, int Generic, IReadOnlyList<string> Failures)
{
    private const BindingFlags All =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static PreparedAssembly Prepare(Assembly assembly)
    {
        (Type[] types, List<string> failures) = Load(assembly);
        int methods = 0, generic = 0;
        foreach (Type type in types)
        {
            Type closed = Generics.Close(type);
            foreach (MethodBase method in closed.GetMethods(All).Cast<MethodBase>().Concat(closed.GetConstructors(All)).Where(HasCode))
            {
                if (Failure(method, closed) is { } failure)
                    failures.Add($"{type.FullName}.{method.Name}: {failure}");
                methods++;
                if (method.ContainsGenericParameters || closed.IsGenericType)
                    generic++;
            }
        }

        return new(types.Length, methods, generic, failures);
    }

    private static (Type[] Types, List<string> Failures) Load(Assembly assembly)
    {
        try
        {
            return (assembly.GetTypes(), []);
        }
        catch (ReflectionTypeLoadException partial)
        {
            return ([.. partial.Types.OfType<Type>()], [.. partial.LoaderExceptions.OfType<Exception>().Select(Text)]);
        }
    }

    // Accessors of private fields have none of their own, and are compiled all the same.
    private static bool HasCode(MethodBase method) =>
        !method.IsAbstract && (method.GetMethodBody() is not null || method.GetCustomAttribute<UnsafeAccessorAttribute>() is not null);

    private static string? Failure(MethodBase method, Type type)
    {
        try
        {
            MethodBase closed = Generics.Close(method);
            RuntimeTypeHandle[] arguments =
                [.. type.GetGenericArguments().Concat(closed.IsGenericMethod ? closed.GetGenericArguments() : []).Select(static argument => argument.TypeHandle)];
            RuntimeHelpers.PrepareMethod(closed.MethodHandle, arguments);
            return null;
        }
        catch (Exception failure) when (failure is TypeLoadException or MissingMemberException or FileNotFoundException)
        {
            return Text(failure);
        }
    }

    private static string Text(Exception failure) => $"{failure.GetType().Name}: {failure.Message}";
}
