using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace HaptiTalk.Messaging.Resilience.Tool;

/// <summary>A file of settings as .NET hosts read them.</summary>
internal static class SettingsFile
{
    public const string Default = "appsettings.json";
    public const string ManagementKey = "Management";

    /// <summary>The services' own key, and the one that .NET hosts keep connection strings under. The first that is there counts.</summary>
    public static readonly IReadOnlyList<string> BrokerKeys = ["Broker", "ConnectionStrings:RabbitMq"];

    /// <exception cref="IOException">There is no such file, or it may not be read.</exception>
    /// <exception cref="FormatException">It is no JSON. The message repeats nothing of it.</exception>
    public static (string? Broker, string? Management) Read(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            IConfigurationRoot settings = new ConfigurationBuilder().AddJsonStream(file).Build();
            return (BrokerKeys.Select(key => settings[key]).FirstOrDefault(static text => !string.IsNullOrWhiteSpace(text)), settings[ManagementKey]);
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new IOException(denied.Message, denied);
        }
        catch (Exception broken) when (broken is FormatException or JsonException or InvalidDataException)
        {
            long? line = ((broken as JsonException) ?? (broken.InnerException as JsonException))?.LineNumber + 1;
            throw new FormatException($"'{path}' is no JSON of settings{(line is null ? "" : string.Create(
                CultureInfo.InvariantCulture, $": look at line {line}"))}.", broken);
        }
    }
}
