using System.Globalization;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Refuses what is not allowed, by the name of the value.</summary>
internal static class Allowed
{
    public static void Within(double value, double least, double most, string parameter, string property)
    {
        if (!(value >= least && value <= most))
            throw new ArgumentOutOfRangeException(parameter, value, string.Create(
                CultureInfo.InvariantCulture, $"{property} is {value}. It must be {least} to {most}."));
    }

    public static void Queue(string? name, string parameter)
    {
        if (QueueName.Problem(name) is { } wrong)
            throw new ArgumentException(wrong, parameter);
    }
}
