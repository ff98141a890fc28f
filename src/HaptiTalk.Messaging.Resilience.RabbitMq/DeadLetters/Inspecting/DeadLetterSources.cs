namespace HaptiTalk.Messaging.Resilience;

/// <summary>Finds out which queue's dead letters go where.</summary>
internal sealed class DeadLetterSources(ManagementApi management)
{
    public const string ErrorSuffix = "_error";
    public const string SkippedSuffix = "_skipped";

    public static bool IsErrorOrSkipped(string queue) =>
        queue.EndsWith(ErrorSuffix, StringComparison.Ordinal) || queue.EndsWith(SkippedSuffix, StringComparison.Ordinal);

    /// <summary>The queues by the queue that they dead-letter into.</summary>
    public async Task<Dictionary<string, HashSet<string>>> FindAsync(ManagedQueue[] queues, CancellationToken cancellationToken)
    {
        Dictionary<string, HashSet<string>> sources = new(StringComparer.Ordinal);
        Dictionary<string, ManagedBinding[]> bindings = new(StringComparer.Ordinal);
        HashSet<string> names = queues.Select(static queue => queue.Name).ToHashSet(StringComparer.Ordinal);
        foreach (ManagedQueue queue in queues)
        {
            foreach (string suffix in (string[])[ErrorSuffix, SkippedSuffix])
            {
                if (queue.Name.EndsWith(suffix, StringComparison.Ordinal) && names.Contains(queue.Name[..^suffix.Length]))
                    Add(queue.Name, queue.Name[..^suffix.Length]);
            }

            if (queue.TextOf("dead-letter-exchange") is not { } exchange)
                continue;
            string? key = queue.TextOf("dead-letter-routing-key");
            if (exchange.Length == 0)
            {
                // The default exchange: the routing key is the queue. Without one each message keeps its own.
                if (key is not null)
                    Add(key, queue.Name);
                continue;
            }

            if (!bindings.TryGetValue(exchange, out ManagedBinding[]? from))
                bindings[exchange] = from = (await management.BindingsFromAsync(exchange, cancellationToken).ConfigureAwait(false)).Value ?? [];
            foreach (ManagedBinding binding in from.Where(static binding => binding.DestinationType == "queue"))
                Add(binding.Destination, queue.Name);
        }

        return sources;

        void Add(string target, string source)
        {
            if (!sources.TryGetValue(target, out HashSet<string>? all))
                sources[target] = all = new(StringComparer.Ordinal);
            all.Add(source);
        }
    }
}
