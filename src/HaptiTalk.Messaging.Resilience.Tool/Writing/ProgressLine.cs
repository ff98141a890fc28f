namespace HaptiTalk.Messaging.Resilience.Tool;

/// <summary>
/// Shows progress after two seconds: on a terminal in one line that changes, otherwise a new line every ten seconds.
/// </summary>
internal sealed class ProgressLine(ToolEnvironment environment) : IDisposable
{
    private const string Erase = "\r\u001b[K";
    private const int Width = 79;
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly long _started = environment.Time.GetTimestamp();
    private long? _shown;

    public IProgress<T> Of<T>(Func<T, string> text) => new Told<T>(progress => Show(text(progress)));

    public void Show(string text)
    {
        if (environment.Time.GetElapsedTime(_started) < Quiet)
            return;
        if (environment.IsErrorTerminal)
            environment.Error.Write(Erase + (text.Length > Width ? text[..Width] : text));
        else if (_shown is null || environment.Time.GetElapsedTime(_shown.Value) >= Pause)
            environment.Error.WriteLine(text);
        else
            return;
        _shown = environment.Time.GetTimestamp();
    }

    public void Dispose()
    {
        if (_shown is not null && environment.IsErrorTerminal)
            environment.Error.Write(Erase);
    }

    // Synchronously, so the lines keep their order.
    private sealed class Told<T>(Action<T> tell) : IProgress<T>
    {
        public void Report(T value) => tell(value);
    }
}
