using System.Text.Json;

namespace HaptiTalk.Messaging.Resilience;

internal static class ProfileNames
{
    /// <summary>The profile of a message that no attribute and no configuration assigns to a service.</summary>
    public const string Default = "default";

    /// <summary>What a message's handling is called: <c>GetUserProfile</c> becomes <c>getUserProfile</c>, <c>Envelope&lt;GetUser&gt;</c> <c>envelope&lt;GetUser&gt;</c>.</summary>
    public static string OperationOf(Type messageType) => JsonNamingPolicy.CamelCase.ConvertName(TypeNames.Of(messageType));
}
