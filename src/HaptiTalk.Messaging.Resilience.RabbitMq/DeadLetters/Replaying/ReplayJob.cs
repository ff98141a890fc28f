using System.Text;
using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>A replay as it is carried out.</summary>
/// <param name="Run">Names it.</param>
/// <param name="Request">What was asked for.</param>
/// <param name="Facts">The queue of dead letters.</param>
/// <param name="Depth">Messages in it at the beginning: what arrives later is not meant.</param>
/// <param name="Edit">Changes the message; null for none.</param>
internal sealed record ReplayJob(string Run, ReplayRequest Request, QueueFacts Facts, long Depth, MessageEdit? Edit)
{
    /// <summary>How the rest goes back. Where a look would be refused, closing counts one delivery, which the margin allows for.</summary>
    public PeekMethod Method => PeekTable.For(Facts).Method is PeekMethod.Requeue ? PeekMethod.Requeue : PeekMethod.Close;
}

/// <summary>What an operator changes in one message.</summary>
internal sealed class MessageEdit(EditedReplay edit)
{
    private const int LongestNameInBytes = 255;

    private readonly bool _isJson = edit.Body is { } body && JsonText.Is(body);

    /// <returns>Why a header cannot be changed so; null when it can.</returns>
    public static string? Problem(string name, string? value) => name switch
    {
        "" => "A header has a name.",
        _ when Encoding.UTF8.GetByteCount(name) > LongestNameInBytes =>
            $"The name of the header '{ShortText.Of(name)}' is longer than {LongestNameInBytes} bytes.",
        _ when value is null => null,
        HeaderName.ReplayCount or HeaderName.ReplayId => $"The header '{name}' cannot be set: the replay writes it.",
        _ when HeaderName.IsOfCopies(name) => $"The header '{name}' cannot be set: the broker would deliver to further queues. Name the target instead.",
        _ => null,
    };

    /// <exception cref="ArgumentException">A body that is not JSON in place of one that is.</exception>
    public ReadOnlyMemory<byte> Body(ReadOnlyMemory<byte> original)
    {
        if (edit.Body is not { } body)
            return original;
        return _isJson || !JsonText.Is(original)
            ? body
            : throw new ArgumentException("The message's body is JSON, and the new one is not. Nothing was sent.", nameof(original));
    }

    public void Change(BasicProperties properties)
    {
        foreach ((string name, string? value) in edit.Headers)
        {
            if (value is null)
                properties.Headers!.Remove(name);
            else
                properties.Headers![name] = value;
        }
    }
}
