using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Believes what the header <c>X-User</c> says: a name, and behind a slash a role.</summary>
internal sealed class TestAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string Name = "Test";
    public const string Header = "X-User";

    public static (string Name, string Value) Operator { get; } = (Header, "anna/operator");

    public static (string Name, string Value) Visitor { get; } = (Header, "bob/visitor");

    public static AuthenticationBuilder AddTo(IServiceCollection services, string? defaultScheme = Name) =>
        services.AddAuthentication(defaultScheme!).AddScheme<AuthenticationSchemeOptions, TestAuthentication>(Name, _ => { });

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Request.Headers[Header].ToString() is not { Length: > 0 } user)
            return Task.FromResult(AuthenticateResult.NoResult());

        string[] parts = user.Split('/');
        var identity = new ClaimsIdentity([new(ClaimTypes.Name, parts[0]), new(ClaimTypes.Role, parts[1])], Name);
        return Task.FromResult(AuthenticateResult.Success(new(new(identity), Name)));
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = Name;
        await base.HandleChallengeAsync(properties);
    }
}
