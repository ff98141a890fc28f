using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Says what is wrong with the broker, with the queue, or with the host, where that is why something cannot be answered.</summary>
internal sealed class DeadLetterFilter(IServiceProviderIsService services) : IEndpointFilter
{
    public const string NotAdded =
        "This host has not said whose dead letters it shows. Call "
        + "builder.Services.AddMessagingResilience(builder.Configuration).AddRabbitMqDeadLetters(new Uri(\"amqp://user:password@host:5672/vhost\")) "
        + "before the application is built.";

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
            return Problems.Of(StatusOf(failed.Trouble), failed.Message);
        }
        catch (ArgumentException wrong)
        {
            // What the library itself does not take: it says so before it does anything.
            int end = wrong.Message.IndexOf(" (Parameter", StringComparison.Ordinal);
            return Problems.Of(StatusCodes.Status400BadRequest, $"{(end < 0 ? wrong.Message : wrong.Message[..end])} Nothing has changed.");
        }
    }

    private static int StatusOf(DeadLetterTrouble trouble) => trouble switch
    {
        DeadLetterTrouble.NoSuchQueue => StatusCodes.Status404NotFound,
        DeadLetterTrouble.Stream => StatusCodes.Status409Conflict,
        _ => StatusCodes.Status503ServiceUnavailable,
    };
}
