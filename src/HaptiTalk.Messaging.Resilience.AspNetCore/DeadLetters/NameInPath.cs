namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// The name of a queue or of a message in an address. The server decodes everything but slashes, and a proxy may decode those, too.
/// So a name is percent-encoded twice, and decoded once more here. A plain name stays the same. A name without a percent sign may be
/// encoded once. Any character may be written as <c>%25</c> and its code. So <c>%252E</c> is a queue and no step up, and
/// <c>%2572eplays</c> is a queue and no endpoint.
/// </summary>
internal static class NameInPath
{
    public const string Queue = "The queue's name, percent-encoded twice.";
    public const string Message = "The id, or the AMQP message id, percent-encoded twice.";

    public static string Read(string segment) => Uri.UnescapeDataString(segment);
}
