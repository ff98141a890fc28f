using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Chains;

/// <summary>An instance from outside: this program once more, as a process of its own.</summary>
internal sealed class InstanceProcess : IAsyncDisposable
{
    // A busy machine starts several at once.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Process _process;

    private InstanceProcess(Process process) => _process = process;

    /// <summary>Where its endpoints are.</summary>
    public Uri Address { get; private set; } = null!;

    public static async Task<InstanceProcess> StartAsync(InstanceSettings settings, CancellationToken cancellationToken)
    {
        string program = Path.Combine(AppContext.BaseDirectory, $"{typeof(InstanceProcess).Assembly.GetName().Name}.dll");
        ProcessStartInfo start = new("dotnet", ["exec", program, InstanceCommand.Name])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var instance = new InstanceProcess(Process.Start(start) ?? throw new InvalidOperationException("'dotnet' did not start."));
        try
        {
            instance.Address = (await instance.AskAsync<InstanceSettings, Ready>(settings, Patience, cancellationToken)).Address;
            return instance;
        }
        catch
        {
            await instance.DisposeAsync();
            throw;
        }
    }

    /// <summary>Returns when all calls have ended.</summary>
    public async Task<LoadResult> LoadAsync(LoadOrder load, CancellationToken cancellationToken)
    {
        LoadResult result = await AskAsync<Order, LoadResult>(new(load), load.Length + Patience, cancellationToken);
        string outcomes = string.Join(", ", result.Outcomes.Select(static outcome => $"{outcome.Key} {outcome.Value}"));
        await Progress.WriteAsync($"  {result.Calls} {load.Message}: {outcomes}");
        return result;
    }

    public Task SetPatienceAsync(PatienceOrder patience, CancellationToken cancellationToken) =>
        AskAsync<Order, InstanceReport>(new(Patience: patience), Patience, cancellationToken);

    public Task IsolateAsync(ControlTarget target, CancellationToken cancellationToken) =>
        AskAsync<Order, InstanceReport>(new(Isolate: target), Patience, cancellationToken);

    public Task<InstanceReport> ReportAsync(CancellationToken cancellationToken) =>
        AskAsync<Order, InstanceReport>(new(), Patience, cancellationToken);

    /// <summary>Stops the process as a collection, a throttled processor or a frozen machine does, and lets it go on.</summary>
    public async Task PauseAsync(TimeSpan length, CancellationToken cancellationToken)
    {
        // Another process, so that this one lets it go on even where that is ended meanwhile.
        string seconds = length.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        using Process pause = Process.Start(
            "/bin/sh", ["-c", """kill -STOP "$0"; sleep "$1"; kill -CONT "$0" """, $"{_process.Id}", seconds]);
        await pause.WaitForExitAsync(cancellationToken);
    }

    /// <summary>Ends it at once: what it has to say it has said.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task<TAnswer> AskAsync<TQuestion, TAnswer>(TQuestion question, TimeSpan patience, CancellationToken cancellationToken)
    {
        await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(question, InstanceJson.Options).AsMemory(), cancellationToken);
        await _process.StandardInput.FlushAsync(cancellationToken);
        string? line = await _process.StandardOutput.ReadLineAsync(cancellationToken).AsTask()
            .WaitAsync(patience, TimeProvider.System, cancellationToken);
        return InstanceJson.Read<TAnswer>(line);
    }
}
