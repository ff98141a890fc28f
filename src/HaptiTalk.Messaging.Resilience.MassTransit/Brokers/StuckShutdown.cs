using System.Runtime.CompilerServices;
using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Releases a client that is stuck while it tells of a connection's end. RabbitMQ.Client 7.2 waits for ever there when a channel that
/// was publishing is disposed of at that moment (rabbitmq-dotnet-client#1930). Those it has not told yet, MassTransit among them, would take the
/// connection for a live one, and come back only after 20 seconds.
/// </summary>
internal static class StuckShutdown
{
    private const string Connection = "RabbitMQ.Client.Framing.Connection";

    /// <summary>Cancels what the client waits with. Does nothing where this client keeps it elsewhere.</summary>
    public static void Release(IConnection connection)
    {
        if (connection.GetType().FullName != Connection)
            return;

        try
        {
            MainLoopOf(connection).Cancel();
        }
        catch (Exception)
        {
            // Another client, or one that has gone on meanwhile. A stuck one goes on by itself after 20 seconds.
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_mainLoopCts")]
    private static extern ref CancellationTokenSource MainLoopOf([UnsafeAccessorType($"{Connection}, RabbitMQ.Client")] object connection);
}
