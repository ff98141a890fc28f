using System.Globalization;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Throws for an argument that is out of its range, or is no queue name.</summary>
internal static class ArgumentGuard
{
    public static void Range(double value, double least, double most, string parameter, string property)
    {
        if (!(value >= least && value <= most))
            throw new ArgumentOutOfRangeException(parameter, value, string.Create(
                CultureInfo.InvariantCulture, $"{property} is {value}. It must be {least} to {most}."));
    }

    public static void QueueName(string? name, string parameter)
    {
        if (Resilience.QueueName.Problem(name) is { } wrong)
            throw new ArgumentException(wrong, parameter);
    }
}
