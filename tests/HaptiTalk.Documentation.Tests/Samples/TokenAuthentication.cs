using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HaptiTalk.Documentation.Tests;

/// <summary>Asks for a bearer token as a scheme for such tokens does; the token is the role.</summary>
internal sealed class TokenAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string Name = "Bearer";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        string[] header = Request.Headers.Authorization.ToString().Split(' ');
        if (header is not [Name, var role])
            return Task.FromResult(AuthenticateResult.NoResult());

        var identity = new ClaimsIdentity([new(ClaimTypes.Name, "anna"), new(ClaimTypes.Role, role)], Name);
        return Task.FromResult(AuthenticateResult.Success(new(new(identity), Name)));
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        await base.HandleChallengeAsync(properties);
        Response.Headers.WWWAuthenticate = Name;
    }
}
