using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Says what is wrong with the broker, with the queue, or with the host, where that is why something cannot be answered.</summary>
internal sealed class DeadLetterFilter(IServiceProviderIsService services, ILogger logger) : IEndpointFilter
{
    public const string NotAdded =
        "This host has no broker for dead letters. Call "
        + "builder.Services.AddMessagingResilience(builder.Configuration).AddRabbitMqDeadLetters(new Uri(\"amqp://user:password@host:5672/vhost\")) "
        + "before the application is built.";

    private const int Longest = 300;

    private readonly bool _isAdded = services.IsService(typeof(IDeadLetterInspector));

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        if (Intent.IsForeign(context.HttpContext.Request))
            return Problems.Of(StatusCodes.Status403Forbidden, Intent.RuleForLooks);
        if (!_isAdded)
            return Problems.Of(StatusCodes.Status501NotImplemented, NotAdded);
        try
        {
            return await next(context).ConfigureAwait(false);
        }
        catch (PeekRefusedException refused)
        {
            return Problems.Refused(refused);
        }
        catch (DeadLetterAccessException failed)
        {
            return FailureAnswer.To(failed);
        }
        catch (ArgumentException wrong)
        {
            // The library refuses the request before it does anything.
            int end = wrong.Message.IndexOf(" (Parameter", StringComparison.Ordinal);
            return Problems.Of(StatusCodes.Status400BadRequest, $"{(end < 0 ? wrong.Message : wrong.Message[..end])} Nothing has changed.");
        }
        catch (Exception failure) when (failure is not BadHttpRequestException && !IsGone(failure, context.HttpContext))
        {
            HttpRequest request = context.HttpContext.Request;
            DeadLetterHttpLog.Failed(logger, failure, OneLine.Of($"{request.Method} {request.Path}", Longest));
            return FailureAnswer.To(failure);
        }
    }

    // The client has disconnected and reads no answer.
    private static bool IsGone(Exception failure, HttpContext context) =>
        failure is OperationCanceledException && context.RequestAborted.IsCancellationRequested;
}
