using System.Net;
using System.Security.Claims;
using HaptiTalk.Messaging.Resilience;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Demo.Tests;

public sealed class LocalControlTests
{
    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("::1", true)]
    [InlineData("192.0.2.7", false)]
    [InlineData(null, false)]
    public async Task Authorize_FromAnAddress_OnlyThisMachineMayControl(string? address, bool isAllowed)
    {
        await using ServiceProvider services = new ServiceCollection().AddLogging().AddControlFromThisMachine().BuildServiceProvider();
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = address is null ? null : IPAddress.Parse(address);

        AuthorizationResult result = await services.GetRequiredService<IAuthorizationService>()
            .AuthorizeAsync(new ClaimsPrincipal(new ClaimsIdentity()), context, MessagingResilienceEndpointOptions.DefaultControlPolicy);

        result.Succeeded.ShouldBe(isAllowed);
    }
}
