using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using HaptiTalk.Messaging.Resilience.Brokers;

namespace HaptiTalk.Messaging.Resilience.Redis.Tests;

/// <summary>
/// A private <c>redis-server</c> for one test: own port, own folder, nothing kept over a kill. It starts in a moment, so tests
/// share none. Disposing it leaves nothing behind.
/// </summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    private readonly Process _keeper;
    private readonly string _folder;
    private readonly int _port;

    private RedisServer()
    {
        _folder = Directory.CreateTempSubdirectory("haptitalk-redis-").FullName;
        _port = FreePorts.Take(1)[0];
        string port = _port.ToString(CultureInfo.InvariantCulture);
        _keeper = Process.Start(new ProcessStartInfo("/bin/sh", [Path.Combine(AppContext.BaseDirectory, "redis-node.sh"), port, _folder])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = _folder,
        })!;
        Configuration = $"127.0.0.1:{port}";
    }

    /// <summary>Where it answers, as <c>AddStackExchangeRedisCache</c> takes it. It stays the same over a kill and a start.</summary>
    public string Configuration { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<RedisServer> StartNewAsync()
    {
        RedisServer redis = NotStarted();
        await redis.StartAsync();
        return redis;
    }

    /// <summary>One of which there is no more than the address yet.</summary>
    public static RedisServer NotStarted()
    {
        string[] places = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return places.Any(place => File.Exists(Path.Combine(place, "redis-server")))
            ? new()
            : throw new InvalidOperationException(
                "These tests need redis-server on the PATH. ./eng/test installs it where it may; "
                + "by hand: sudo apt-get install redis-server (Debian, Ubuntu), brew install redis (macOS).");
    }

    /// <summary>Starts it, or starts it again, with no data. Returns when it answers.</summary>
    public async Task StartAsync()
    {
        await TellAsync("start");
        await AnswersAsync();
    }

    /// <summary>Ends it as a power cut would.</summary>
    public Task KillAsync() => TellAsync("kill");

    /// <summary>Stops it in place: connections stay open and nothing answers.</summary>
    public Task FreezeAsync() => TellAsync("freeze");

    /// <summary>Lets a frozen one go on. Returns when it answers.</summary>
    public async Task ThawAsync()
    {
        await TellAsync("thaw");
        await AnswersAsync();
    }

    /// <summary>How many things are stored in it.</summary>
    public async Task<int> CountAsync() => int.Parse((await AskAsync("DBSIZE"))[1..], CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        _keeper.StandardInput.Close();
        await _keeper.WaitForExitAsync();
        _keeper.Dispose();
    }

    private async Task TellAsync(string command)
    {
        await _keeper.StandardInput.WriteLineAsync(command.AsMemory(), Token);
        await _keeper.StandardInput.FlushAsync(Token);
        (await _keeper.StandardOutput.ReadLineAsync(Token)).ShouldBe(command);
    }

    private async Task AnswersAsync()
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                if (await AskAsync("PING") == "+PONG")
                    return;
            }
            catch (Exception failure) when (failure is SocketException or IOException)
            {
                if (Stopwatch.GetElapsedTime(start) > Patience)
                    throw new InvalidOperationException($"Redis does not answer at {Configuration}: {await File.ReadAllTextAsync(Path.Combine(_folder, "redis.log"), Token)}", failure);
            }

            await Task.Delay(Interval, TimeProvider.System, Token);
        }
    }

    // Its protocol takes a bare line too, and the short answers are one line each.
    private async Task<string> AskAsync(string command)
    {
        using TcpClient client = new();
        await client.ConnectAsync("127.0.0.1", _port, Token);
        using StreamReader reader = new(client.GetStream());
        await client.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(command + "\r\n"), Token);
        return await reader.ReadLineAsync(Token) ?? throw new IOException("It closed the connection.");
    }
}
