using System.Net.Sockets;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// A socket's stream for moving many messages: the client writes and reads each frame by itself, and a system call for each costs
/// more than all else. What is written within a millisecond goes together, and while much arrives what does so within a
/// millisecond is read together. A message is held up by some milliseconds that way, which a window of a thousand hides.
/// </summary>
internal sealed class CoalescingStream(Socket socket) : NetworkStream(socket, ownsSocket: true)
{
    private const int ReadAtOnce = 64 * 1024;
    private const int Plenty = 32 * 1024;
    // Less is an answer to a single question, and somebody waits for the next one.
    private const int LeastOfMany = 512;
    private const int MostWaiting = 1024 * 1024;
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(1);

    private readonly Lock _lock = new();
    private readonly byte[] _read = new byte[ReadAtOnce];
    private ArrayBuffer _waiting = new();
    private ArrayBuffer _leaving = new();
    private Task _sending = Task.CompletedTask;
    private IOException? _failure;
    private int _readFrom;
    private int _readTo;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_readFrom == _readTo)
            return buffer.Length >= ReadAtOnce ? base.ReadAsync(buffer, cancellationToken) : FillAsync(buffer, cancellationToken);
        return new(TakeRead(buffer.Span));
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            if (_failure is not null)
                return ValueTask.FromException(_failure);
            _waiting.Add(buffer.Span);
            if (_sending.IsCompleted)
                _sending = SendAsync();
            return _waiting.Length < MostWaiting ? default : new(_sending.WaitAsync(cancellationToken));
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Does nothing: what is written leaves by itself.</summary>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Never fails: what goes wrong is what the next write gets, and the client's reading notices it without one.
    private async Task SendAsync()
    {
        // Also so that the caller's lock is left.
        await Task.Delay(Longest, TimeProvider.System, CancellationToken.None).ConfigureAwait(false);
        try
        {
            await SendWhatWaitsAsync().ConfigureAwait(false);
        }
        catch (Exception gone)
        {
            lock (_lock)
                _failure = gone as IOException ?? new IOException("The connection was closed.", gone);
        }
    }

    private async Task SendWhatWaitsAsync()
    {
        while (true)
        {
            lock (_lock)
                (_waiting, _leaving) = (_leaving, _waiting);
            await base.WriteAsync(_leaving.Written, CancellationToken.None).ConfigureAwait(false);
            _leaving.Clear();
            bool isLittle;
            lock (_lock)
            {
                if (_waiting.Length == 0)
                {
                    // Before the lock is left, so that the next write does not count on this one.
                    _sending = Task.CompletedTask;
                    return;
                }

                isLittle = _waiting.Length < Plenty;
            }

            if (isLittle)
                await Task.Delay(Longest, TimeProvider.System, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async ValueTask<int> FillAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        // Each read at once would be for a message or two: a thread is woken for each, here and at the broker.
        if (_readTo is > LeastOfMany and < Plenty)
            await Task.Delay(Longest, TimeProvider.System, CancellationToken.None).ConfigureAwait(false);
        _readFrom = 0;
        _readTo = await base.ReadAsync(_read, cancellationToken).ConfigureAwait(false);
        return TakeRead(buffer.Span);
    }

    private int TakeRead(Span<byte> buffer)
    {
        int taken = Math.Min(buffer.Length, _readTo - _readFrom);
        _read.AsSpan(_readFrom, taken).CopyTo(buffer);
        _readFrom += taken;
        return taken;
    }

    private sealed class ArrayBuffer
    {
        private byte[] _bytes = new byte[Plenty];

        public int Length { get; private set; }

        public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

        public void Add(ReadOnlySpan<byte> bytes)
        {
            if (_bytes.Length < Length + bytes.Length)
                Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + bytes.Length));
            bytes.CopyTo(_bytes.AsSpan(Length));
            Length += bytes.Length;
        }

        public void Clear() => Length = 0;
    }
}
