using System.Net;
using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>What a caller writes cannot turn other text around, hide in it or begin a line of its own.</summary>
public sealed class WrittenTextTests
{
    public static TheoryData<string> Unseen => ["\u202e", "\u2066", "\u200f", "\u061c", "\u200b", "\ufeff", "\u2028", "\u2029", "\u0085", "\u007f", "\n", "\ud83d", "\U000E0041"];

    [Theory]
    [MemberData(nameof(Unseen))]
    public async Task Any_ReasonWithWhatCannotBeSeen_IsRefusedAndNothingIsDone(string unseen)
    {
        await using TestApplication application = await TestApplication.StartAsync(environment: Environments.Development);
        string reason = $"a{unseen}b";

        if (!char.IsSurrogate(unseen[0]) || unseen.Length == 2)
        {
            (await application.SendAsync(HttpMethod.Post, "/resilience/breakers/user/isolate", JsonSerializer.Serialize(new { reason })))
                .ShouldBeProblem(HttpStatusCode.BadRequest).Errors.Keys.ShouldBe(["reason"]);
            (await application.SendAsync(HttpMethod.Put, $"/resilience/profiles/user?reason={Uri.EscapeDataString(reason)}", """{"Retry:MaxRetries":1}"""))
                .ShouldBeProblem(HttpStatusCode.BadRequest).Errors.Keys.ShouldBe(["reason"]);
            (await application.SendAsync(HttpMethod.Put, "/resilience/profiles/user", JsonSerializer.Serialize(new Dictionary<string, string>(StringComparer.Ordinal) { ["Retry:Handle:0"] = reason })))
                .ShouldBeProblem(HttpStatusCode.BadRequest).Errors.Keys.ShouldBe(["Retry:Handle:0"]);
        }

        Caller.NameOf(CallerNamed(reason)).ShouldMatch(@"^a\?{1,2}b$");
        application.Services.GetRequiredService<IResilienceControl>().History.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("한글, ελληνικά, עברית, فارسی\u200cها, 👩\u200d🚀")]
    public async Task Any_TextOfAnyScript_IsKept(string text)
    {
        await using TestApplication application = await TestApplication.StartAsync(environment: Environments.Development);

        (await application.SendAsync(HttpMethod.Post, "/resilience/breakers/user/isolate", JsonSerializer.Serialize(new { reason = text }))).ShouldBeOk();

        (await application.GetJsonAsync("/resilience/audit"))[0]!["reason"]!.GetValue<string>().ShouldBe(text);
        Caller.NameOf(CallerNamed(text)).ShouldBe(text);
    }

    private static DefaultHttpContext CallerNamed(string name) => new() { User = new(new ClaimsIdentity([new(ClaimTypes.Name, name)], "test")) };
}
