using System.Text.Json;
using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>AMQP properties as JSON. What a message has not, its line has not.</summary>
internal static class ArchiveProperties
{
    public static void Write(Utf8JsonWriter writer, IReadOnlyBasicProperties properties)
    {
        writer.WriteStartObject();
        Text("contentType", properties.ContentType);
        Text("contentEncoding", properties.ContentEncoding);
        if (properties.IsDeliveryModePresent())
            writer.WriteNumber("deliveryMode", (int)properties.DeliveryMode);
        if (properties.IsPriorityPresent())
            writer.WriteNumber("priority", properties.Priority);
        Text("correlationId", properties.CorrelationId);
        Text("replyTo", properties.ReplyTo);
        Text("expiration", properties.Expiration);
        Text("messageId", properties.MessageId);
        if (properties.IsTimestampPresent())
            writer.WriteNumber("timestamp", properties.Timestamp.UnixTime);
        Text("type", properties.Type);
        Text("userId", properties.UserId);
        Text("appId", properties.AppId);
        Text("clusterId", properties.ClusterId);
        writer.WriteEndObject();

        void Text(string name, string? value)
        {
            if (value is not null)
                writer.WriteString(name, value);
        }
    }

    /// <summary>All but the user: the broker refuses a message that names another one than whoever publishes it.</summary>
    public static BasicProperties Read(JsonElement element)
    {
        BasicProperties properties = new();
        foreach (JsonProperty property in element.EnumerateObject())
        {
            JsonElement value = property.Value;
            switch (property.Name)
            {
                case "contentType": properties.ContentType = value.GetString(); break;
                case "contentEncoding": properties.ContentEncoding = value.GetString(); break;
                case "deliveryMode": properties.DeliveryMode = (DeliveryModes)value.GetByte(); break;
                case "priority": properties.Priority = value.GetByte(); break;
                case "correlationId": properties.CorrelationId = value.GetString(); break;
                case "replyTo": properties.ReplyTo = value.GetString(); break;
                case "expiration": properties.Expiration = value.GetString(); break;
                case "messageId": properties.MessageId = value.GetString(); break;
                case "timestamp": properties.Timestamp = new(value.GetInt64()); break;
                case "type": properties.Type = value.GetString(); break;
                case "userId": break;
                case "appId": properties.AppId = value.GetString(); break;
                case "clusterId": properties.ClusterId = value.GetString(); break;
                default: throw new FormatException($"'{property.Name}' is no property of a message");
            }
        }

        return properties;
    }
}
