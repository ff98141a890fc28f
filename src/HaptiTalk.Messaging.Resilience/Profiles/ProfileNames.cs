using System.Text.Json;

namespace HaptiTalk.Messaging.Resilience;

internal static class ProfileNames
{
    /// <summary>The profile of a message that no attribute and no configuration assigns to a service.</summary>
    public const string Default = "default";

    /// <summary>What a message's handling is called: <c>GetUserProfile</c> becomes <c>getUserProfile</c>.</summary>
    public static string OperationOf(Type messageType)
    {
        string name = messageType.Name;
        int arity = name.IndexOf('`', StringComparison.Ordinal);
        return JsonNamingPolicy.CamelCase.ConvertName(arity < 0 ? name : name[..arity]);
    }
}
