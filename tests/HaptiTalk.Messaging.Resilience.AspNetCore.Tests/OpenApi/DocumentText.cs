using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Lays a generated document out for review: what many endpoints answer stands once, and what fits into a line is one.</summary>
internal static class DocumentText
{
    private const int Width = 140;
    private const string Problem = "application/problem+json";

    private static readonly JsonSerializerOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(JsonNode document)
    {
        ShareProblems(document);
        var text = new StringBuilder();
        Write(document, indent: 0, text);
        return text.Append('\n').ToString();
    }

    private static void ShareProblems(JsonNode document)
    {
        var shared = new JsonObject();
        foreach (JsonObject responses in document["paths"]!.AsObject()
            .SelectMany(path => path.Value!.AsObject()).Select(operation => operation.Value!["responses"]!.AsObject()))
        {
            foreach ((string status, JsonNode? response) in responses.ToArray())
            {
                if (response!["content"]?[Problem] is not { } content)
                    continue;

                string name = content["schema"]!["$ref"]!.GetValue<string>().Split('/')[^1] + status;
                responses[status] = new JsonObject { ["$ref"] = $"#/components/responses/{name}" };
                if (shared.TryGetPropertyValue(name, out JsonNode? known))
                    JsonNode.DeepEquals(known, response).ShouldBeTrue($"Two different answers are called {name}.");
                else
                    shared.Add(name, response);
            }
        }

        document["components"]!["responses"] = shared;
    }

    private static void Write(JsonNode? node, int indent, StringBuilder text)
    {
        string line = node?.ToJsonString(OneLine) ?? "null";
        if (node is not (JsonObject or JsonArray) || line.Length + indent <= Width)
        {
            text.Append(line);
            return;
        }

        IEnumerable<(string Label, JsonNode? Value)> members = node is JsonObject named
            ? named.Select(member => ($"{JsonSerializer.Serialize(member.Key, OneLine)}: ", member.Value))
            : node.AsArray().Select(item => (string.Empty, item));
        text.Append(node is JsonObject ? '{' : '[');
        string separator = "\n";
        foreach ((string label, JsonNode? value) in members)
        {
            text.Append(separator).Append(' ', indent + 2).Append(label);
            Write(value, indent + 2, text);
            separator = ",\n";
        }

        text.Append('\n').Append(' ', indent).Append(node is JsonObject ? '}' : ']');
    }
}
