using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>A host with the framework and its page, on a port of its own. In it, <c>anna</c> may make changes and others may look.</summary>
internal sealed class PageHost : IAsyncDisposable
{
    public const string Operator = "anna";

    private static readonly Dictionary<string, string?> Settings = new(StringComparer.Ordinal)
    {
        ["Resilience:Profiles:user:CircuitBreaker:FailureThreshold"] = "3",
        ["Resilience:Profiles:user:CircuitBreaker:ResetTimeout"] = "00:00:30",
        ["Resilience:Profiles:user:Retry:MaxRetries"] = "0",
    };

    private readonly WebApplication _application;

    private PageHost(WebApplication application, string pathBase, IConfigurationRoot configuration)
    {
        _application = application;
        Configuration = configuration;
        Origin = application.Urls.Single();
        Address = $"{Origin}{pathBase}/resilience";
    }

    public string Origin { get; }

    public string Address { get; }

    /// <summary>What the framework reads; <see cref="IConfigurationRoot.Reload"/> announces a change.</summary>
    public IConfigurationRoot Configuration { get; }

    public IMessagingResilience Resilience => _application.Services.GetRequiredService<IMessagingResilience>();

    public IResilienceControl Control => _application.Services.GetRequiredService<IResilienceControl>();

    /// <param name="address">Where to listen; default a free port.</param>
    /// <param name="pathBase">What stands before all addresses of the host.</param>
    /// <param name="isClosed">Only people who are signed in may look.</param>
    /// <param name="deadLetters">The broker whose dead letters it shows; null for none.</param>
    public static async Task<PageHost> StartAsync(
        string address = "http://127.0.0.1:0", string pathBase = "", bool isClosed = false, BrokerWithDeadLetters? deadLetters = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Staging" });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(address);
        IConfigurationRoot configuration = new ConfigurationBuilder().AddInMemoryCollection(Settings).Build();
        builder.Services.AddMessagingResilience(configuration);
        if (deadLetters is not null)
            builder.Services.AddRabbitMqDeadLetters(deadLetters.Options);
        builder.Services.AddAuthentication("cookie").AddScheme<AuthenticationSchemeOptions, CookieAuthentication>("cookie", configureOptions: null);
        builder.Services.AddAuthorizationBuilder()
            .AddPolicy(MessagingResilienceEndpointOptions.DefaultControlPolicy, policy => policy.RequireUserName(Operator));

        WebApplication application = builder.Build();
        application.UsePathBase(pathBase);
        application.Use((context, next) =>
        {
            // Without this a host answers on either address, and an address that misses the base is not noticed.
            if (context.Request.PathBase == pathBase)
                return next(context);
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
        application.UseRouting();
        application.UseAuthentication();
        application.UseAuthorization();
        IEndpointConventionBuilder mapped = application.MapMessagingResilience();
        if (isClosed)
            mapped.RequireAuthorization();
        await application.StartAsync(TestContext.Current.CancellationToken);
        return new(application, pathBase, configuration);
    }

    public Task SucceedAsync(string service = "user") =>
        Resilience.For(service).ExecuteAsync(static _ => ValueTask.CompletedTask, cancellationToken: TestContext.Current.CancellationToken).AsTask();

    public async Task FailAsync(string service = "user", int times = 1)
    {
        for (int i = 0; i < times; i++)
        {
            await Should.ThrowAsync<Exception>(Resilience.For(service).ExecuteAsync(
                static _ => ValueTask.FromException(new TimeoutException("no answer")), cancellationToken: TestContext.Current.CancellationToken).AsTask());
        }
    }

    /// <summary>Goes away as a process does that is stopped; whoever watches its events is sent home first.</summary>
    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync(CancellationToken.None);
        await _application.DisposeAsync();
    }
}
