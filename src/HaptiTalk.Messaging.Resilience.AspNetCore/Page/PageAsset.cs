using Microsoft.Net.Http.Headers;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>One file of the page.</summary>
internal sealed record PageAsset(byte[] Content, string ContentType, EntityTagHeaderValue Tag);
