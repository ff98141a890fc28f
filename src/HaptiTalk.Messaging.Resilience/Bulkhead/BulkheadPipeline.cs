using Polly;

namespace HaptiTalk.Messaging.Resilience;

internal static class BulkheadPipeline
{
    public static ResiliencePipelineBuilder AddBulkhead(this ResiliencePipelineBuilder builder, ServiceState state) =>
        builder.AddStrategy(_ => new BulkheadStrategy(state), new PolicyOptions("Bulkhead"));
}
