using System.Diagnostics;

namespace HaptiTalk.Messaging.Resilience.Brokers;

/// <summary>The node's process, kept by <c>local-node.sh</c>, which ends it when this process ends in whatever way.</summary>
internal sealed class LocalNode : IAsyncDisposable
{
    private readonly string _folder;
    private readonly Process _keeper;

    public LocalNode(string server, LocalNodeSettings settings)
    {
        _folder = settings.Folder;
        ProcessStartInfo start = new("/bin/sh", [Path.Combine(AppContext.BaseDirectory, "local-node.sh"), server, _folder])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = _folder,
        };
        // The caller's own RABBITMQ_ variables would move parts of the node elsewhere.
        foreach (string inherited in start.Environment.Keys.Where(name => name.StartsWith("RABBITMQ_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(inherited);
        foreach ((string name, string value) in settings.Environment)
            start.Environment[name] = value;
        _keeper = Process.Start(start) ?? throw new BrokerUnavailableException("/bin/sh did not start");
    }

    public async Task TellAsync(string command, CancellationToken cancellationToken)
    {
        await _keeper.StandardInput.WriteLineAsync(command.AsMemory(), cancellationToken);
        await _keeper.StandardInput.FlushAsync(cancellationToken);
        string? answer = await _keeper.StandardOutput.ReadLineAsync(cancellationToken);
        if (!string.Equals(answer, command, StringComparison.Ordinal))
            throw new BrokerUnavailableException($"the private node answered '{answer}' to '{command}'");
    }

    public async Task<string> ReadLogAsync(CancellationToken cancellationToken)
    {
        string log = Path.Combine(_folder, "node.log");
        return File.Exists(log) ? await File.ReadAllTextAsync(log, cancellationToken) : "";
    }

    public async ValueTask DisposeAsync()
    {
        _keeper.StandardInput.Close();
        await _keeper.WaitForExitAsync();
        _keeper.Dispose();
    }
}
