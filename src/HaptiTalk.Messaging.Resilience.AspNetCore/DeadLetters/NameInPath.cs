namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// The name of a queue or of a message in an address. The server decodes all of it but slashes, and what stands before the server
/// may decode those too: so a name is written percent-encoded twice, and decoded once more here. To a plain name that makes no
/// difference, and one that has no percent sign in it may be encoded once. A letter may be written as <c>%25</c> and its code, too: so
/// <c>%252E</c> is a queue, and no step up, and <c>%2572eplays</c> a queue, and no endpoint.
/// </summary>
internal static class NameInPath
{
    public const string Queue = "The queue's name, percent-encoded twice.";
    public const string Message = "The id, or the AMQP message id, percent-encoded twice.";

    public static string Read(string segment) => Uri.UnescapeDataString(segment);
}
