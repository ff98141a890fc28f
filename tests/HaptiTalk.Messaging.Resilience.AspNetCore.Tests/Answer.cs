using System.Net;
using System.Text.Json.Nodes;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>What an endpoint answered.</summary>
internal sealed record Answer(HttpStatusCode Status, string? MediaType, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public JsonNode Json => JsonNode.Parse(Body)!;

    /// <summary>What is wrong, by field, as a problem's <c>errors</c> say it.</summary>
    public IReadOnlyDictionary<string, string> Errors => Json["errors"]!.AsObject().ToDictionary(
        error => error.Key, error => string.Join(" | ", error.Value!.AsArray().Select(problem => problem!.GetValue<string>())), StringComparer.Ordinal);

    public string Detail => Json["detail"]!.GetValue<string>();

    public static async Task<Answer> ReadAsync(HttpResponseMessage response) => new(
        response.StatusCode,
        response.Content.Headers.ContentType?.MediaType,
        response.Headers.ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase),
        await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

    /// <summary>It is a problem of this kind, in the form that problems have.</summary>
    public Answer ShouldBeProblem(HttpStatusCode status)
    {
        Status.ShouldBe(status, Body);
        MediaType.ShouldBe("application/problem+json");
        Json["status"]!.GetValue<int>().ShouldBe((int)status);
        Json["title"]!.GetValue<string>().ShouldNotBeNullOrEmpty();
        return this;
    }

    public Answer ShouldBeOk()
    {
        Status.ShouldBe(HttpStatusCode.OK, Body);
        return this;
    }
}
