using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>What a foreign page can make a browser send changes nothing, not even where everybody may change something.</summary>
public sealed class IntentTests
{
    [Theory]
    [InlineData("POST", "/resilience/breakers/user/isolate", null)]
    [InlineData("POST", "/resilience/breakers/user/isolate", "text/plain")]
    [InlineData("POST", "/resilience/breakers/user/isolate", "application/x-www-form-urlencoded")]
    [InlineData("POST", "/resilience/breakers/user/isolate", "multipart/form-data; boundary=x")]
    [InlineData("PUT", "/resilience/profiles/user", "text/plain")]
    [InlineData("DELETE", "/resilience/profiles/user/overrides", null)]
    public async Task Write_WithoutEitherHeader_IsRefused(string method, string path, string? mediaType)
    {
        await using TestApplication application = await TestApplication.StartAsync(environment: Environments.Development);

        Answer answer = await SendAsync(application, method, path, mediaType);

        answer.ShouldBeProblem(HttpStatusCode.Forbidden).Detail.ShouldContain("'X-Resilience: 1'");
        application.Services.GetRequiredService<IResilienceControl>().History.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("application/json", null, null)]
    [InlineData("application/json; charset=utf-8", null, "same-origin")]
    [InlineData("text/plain", "1", null)]
    [InlineData(null, "1", "none")]
    public async Task Write_WithOneOfThem_IsDone(string? mediaType, string? header, string? site)
    {
        await using TestApplication application = await TestApplication.StartAsync(environment: Environments.Development);

        (await SendAsync(application, "POST", "/resilience/breakers/user/isolate", mediaType, header, site)).ShouldBeOk();
    }

    [Theory]
    [InlineData("cross-site")]
    [InlineData("same-site")]
    public async Task Write_FromAPageOfAnotherHost_IsRefusedWhateverItCarries(string site)
    {
        await using TestApplication application = await TestApplication.StartAsync(environment: Environments.Development);

        (await SendAsync(application, "POST", "/resilience/breakers/user/isolate", "application/json", "1", site)).ShouldBeProblem(HttpStatusCode.Forbidden);
    }

    private static async Task<Answer> SendAsync(
        TestApplication application, string method, string path, string? mediaType, string? header = null, string? site = null)
    {
        using var request = new HttpRequestMessage(new(method), path);
        if (mediaType is not null)
        {
            request.Content = new StringContent("{}", Encoding.UTF8);
            request.Content.Headers.ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse(mediaType);
        }

        if (header is not null)
            request.Headers.Add("X-Resilience", header);
        if (site is not null)
            request.Headers.Add("Sec-Fetch-Site", site);
        using HttpResponseMessage response = await application.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return await Answer.ReadAsync(response);
    }
}
