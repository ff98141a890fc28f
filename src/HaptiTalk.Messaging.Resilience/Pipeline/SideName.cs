namespace HaptiTalk.Messaging.Resilience;

internal static class SideName
{
    public static string Of(ResilienceSide side) => side switch
    {
        ResilienceSide.Client => "client",
        ResilienceSide.Consumer => "consumer",
        ResilienceSide.Publisher => "publisher",
        _ => "local",
    };
}
