using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.Benchmarks.Scale;

/// <summary>The framework with so many services, and every operation of theirs.</summary>
internal sealed class ScaleHost
{
    private readonly IServiceResilience[] _services;
    private readonly ExecutionOptions[] _operations;
    private int _next;

    public ScaleHost(IServiceProvider provider, ScaleSize size)
    {
        IMessagingResilience resilience = provider.GetRequiredService<IMessagingResilience>();
        _services = [.. Names(size).Select(resilience.For)];
        _operations = [.. Enumerable.Range(0, size.OperationsPerService).Select(static number => new ExecutionOptions { Operation = $"operation{number}" })];
    }

    private int Operations => _services.Length * _operations.Length;

    public static IConfiguration Configuration(ScaleSize size) => new ConfigurationBuilder()
        .AddInMemoryCollection(Names(size).ToDictionary(
            static name => $"Resilience:Profiles:{name}:Bulkhead:MaxConcurrentCalls", static _ => (string?)"20", StringComparer.Ordinal))
        .Build();

    /// <summary>Calls one operation.</summary>
    public void Call(int number)
    {
        ValueTask<int> call = _services[number / _operations.Length].ExecuteAsync(
            static _ => ValueTask.FromResult(1), _operations[number % _operations.Length]);
        if (!HasEnded(call))
            throw new InvalidOperationException("A call failed or had to wait.");
    }

    /// <summary>Calls the operation after the one before, those of all services in turn.</summary>
    public void CallNext()
    {
        Call(_next);
        _next = (_next + 1) % Operations;
    }

    public void CallAll()
    {
        for (int number = 0; number < Operations; number++)
            Call(number);
    }

    private static bool HasEnded(in ValueTask<int> call) => call.IsCompletedSuccessfully;

    private static IEnumerable<string> Names(ScaleSize size) => Enumerable.Range(0, size.Services).Select(static number => $"service{number}");
}
