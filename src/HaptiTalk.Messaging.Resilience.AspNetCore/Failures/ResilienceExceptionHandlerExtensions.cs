using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Turns refusals and timeouts into HTTP answers.</summary>
public static class ResilienceExceptionHandlerExtensions
{
    /// <summary>
    /// Answers a request that ends with a <see cref="RejectedException"/> with 503, and one that ends with an
    /// <see cref="IExecutionTimeout"/> with 504: problem details with <c>Retry-After</c>, which is 5 s if the exception names no time. The
    /// application must call <c>app.UseExceptionHandler()</c>.
    /// </summary>
    /// <param name="services">The host's services. Calling it again changes nothing.</param>
    public static IServiceCollection AddResilienceExceptionHandler(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddProblemDetails();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IExceptionHandler, ResilienceExceptionHandler>());
        return services;
    }
}
