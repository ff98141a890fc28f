using System.Globalization;
using MassTransit;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using PublishException = RabbitMQ.Client.Exceptions.PublishException;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Hears the broker say no to a message. MassTransit takes that for a connection that was lost, and writes the same again until
/// somebody gives up; what it is told each time shows here alone.
/// </summary>
internal sealed class RefusedWrites : ISendObserver, IPublishObserver
{
    public Task SendFault<T>(SendContext<T> context, Exception exception)
        where T : class
    {
        if (context.TryGetPayload(out IRefusable? attempt) && RefusalOf(context, exception) is { } refusal)
            attempt.Refuse(refusal);
        return Task.CompletedTask;
    }

    public Task PublishFault<T>(PublishContext<T> context, Exception exception)
        where T : class =>
        SendFault(context, exception);

    public Task PreSend<T>(SendContext<T> context)
        where T : class =>
        Task.CompletedTask;

    public Task PostSend<T>(SendContext<T> context)
        where T : class =>
        Task.CompletedTask;

    public Task PrePublish<T>(PublishContext<T> context)
        where T : class =>
        Task.CompletedTask;

    public Task PostPublish<T>(PublishContext<T> context)
        where T : class =>
        Task.CompletedTask;

    private static MessageNotAcknowledgedException? RefusalOf<T>(SendContext<T> context, Exception exception)
        where T : class => exception switch
        {
            RabbitMqConnectionException { InnerException: PublishException { IsReturn: false } } => new MessageNotAcknowledgedException(
                context.DestinationAddress!,
                Describe(context, "a queue that should take it has all it may hold (x-overflow: reject-publish), or cannot store it now")),

            // It closes the channel, which takes along what others send at that moment: they are not meant.
            OperationInterruptedException { ShutdownReason: { ReplyCode: Constants.PreconditionFailed, ReplyText: { } text } }
                when context.BodyLength > MaximumSizeIn(text) =>
                new MessageTooLargeException(context.DestinationAddress!, Describe(context, text)),

            _ => null,
        };

    private static string Describe<T>(SendContext<T> context, string answer)
        where T : class =>
        $"The broker refused the {typeof(T).Name} for exchange '{(context.TryGetPayload(out RabbitMqSendContext? rabbit) ? rabbit.Exchange : "")}': {answer}.";

    // "message size 17825990 is larger than configured max size 16777216"
    private static long? MaximumSizeIn(string text)
    {
        const string Before = "max size ";
        int at = text.LastIndexOf(Before, StringComparison.Ordinal);
        if (at < 0)
            return null;

        ReadOnlySpan<char> rest = text.AsSpan(at + Before.Length);
        int length = rest.IndexOfAnyExceptInRange('0', '9');
        return long.TryParse(length < 0 ? rest : rest[..length], NumberStyles.None, CultureInfo.InvariantCulture, out long size) ? size : null;
    }
}
