using System.Globalization;
using System.Text.Json;
using Tandem.Simulator.Data;

namespace Tandem.Simulator.Events.Cometd;

/// <summary>Writes events as CometD delivers them. Source: salesforce-api.md, sections 5.3 and 8.2.</summary>
internal static class CometdEventJson
{
    private const string Seconds = "yyyy-MM-dd'T'HH:mm:ss'Z'";
    private static readonly string[] Envelope = ["ReplayId", "EventUuid", "CreatedDate", "CreatedById"];

    /// <summary>Whether the subscriber may see the event and has not filtered it away.</summary>
    public static bool IsFor(OrgEvent @event, CometdSubscription subscription, UserAccess access) => @event.Body switch
    {
        ChangeEvent change => access.CanSee(change.Type),
        PlatformEvent platform => access.CanSee(platform.Type),
        TopicEvent topic => subscription.Filter.All(pair => topic.Fields.Any(field =>
            field.Key.Equals(pair.Key, StringComparison.OrdinalIgnoreCase)
            && TextOf(field.Value).Equals(pair.Value, StringComparison.Ordinal))),
        _ => true,
    };

    public static void Write(
        Utf8JsonWriter writer, OrgEvent @event, CometdSubscription subscription, CometdClient client, EventBus bus, UserAccess access)
    {
        writer.WriteStartObject();
        writer.WriteString("channel", subscription.Name);
        writer.WriteString("clientId", client.Id);
        writer.WriteStartObject("data");
        switch (@event.Body)
        {
            case ChangeEvent change:
                writer.WriteString("schema", bus.Schemas.IdOf(change.Type));
                ChangeEventJson.WritePayload(writer, change, access);
                WriteEvent(writer, @event);
                break;
            case PlatformEvent platform:
                writer.WriteString("schema", bus.Schemas.IdOf(platform.Type));
                WritePlatform(writer, @event, platform, access);
                WriteEvent(writer, @event);
                break;
            case TopicEvent topic:
                WriteTopic(writer, @event, topic);
                break;
            case GenericEvent generic:
                writer.WriteStartObject("event");
                writer.WriteString("createdDate", Moment(@event.CreatedAt, ValueText.UtcDateTime));
                writer.WriteNumber("replayId", @event.ReplayId);
                writer.WriteEndObject();
                writer.WriteString("payload", generic.Payload);
                break;
            default:
                throw new InvalidOperationException($"No JSON is written for a {@event.Body.GetType().Name}.");
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <summary>Datetimes without a fraction, as change events have them; everything else as REST.</summary>
    public static void WriteValue(Utf8JsonWriter writer, object? value)
    {
        if (value is DateTime moment)
            writer.WriteStringValue(moment.ToString(Seconds, CultureInfo.InvariantCulture));
        else
            ValueText.WriteJson(writer, value);
    }

    private static void WriteEvent(Utf8JsonWriter writer, OrgEvent @event)
    {
        writer.WriteStartObject("event");
        writer.WriteString("EventUuid", @event.EventUuid.ToString());
        writer.WriteNumber("replayId", @event.ReplayId);
        writer.WriteEndObject();
    }

    private static void WritePlatform(Utf8JsonWriter writer, OrgEvent @event, PlatformEvent platform, UserAccess access)
    {
        writer.WriteStartObject("payload");
        writer.WriteString("CreatedDate", Moment(@event.CreatedAt, ValueText.UtcDateTime));
        writer.WriteString("CreatedById", platform.CreatedById);
        for (var ordinal = 1; ordinal < platform.Type.Fields.Count; ordinal++)
        {
            var field = platform.Type.Fields[ordinal];
            if (Envelope.Contains(field.Name, StringComparer.Ordinal) || field.IsCompound || !access.CanSee(platform.Type, field))
                continue;
            writer.WritePropertyName(field.Name);
            WriteWithFraction(writer, platform.Values[ordinal]);
        }

        writer.WriteEndObject();
    }

    private static void WriteTopic(Utf8JsonWriter writer, OrgEvent @event, TopicEvent topic)
    {
        writer.WriteStartObject("event");
        writer.WriteString("createdDate", Moment(@event.CreatedAt, ValueText.UtcDateTime));
        writer.WriteNumber("replayId", @event.ReplayId);
        writer.WriteString("type", topic.ChangeType);
        writer.WriteEndObject();
        writer.WriteStartObject("sobject");
        foreach (var (name, value) in topic.Fields)
        {
            writer.WritePropertyName(name);
            WriteWithFraction(writer, value);
        }

        writer.WriteEndObject();
    }

    private static void WriteWithFraction(Utf8JsonWriter writer, object? value)
    {
        if (value is DateTime moment)
            writer.WriteStringValue(moment.ToString(ValueText.UtcDateTime, CultureInfo.InvariantCulture));
        else
            ValueText.WriteJson(writer, value);
    }

    private static string Moment(DateTimeOffset moment, string format) => moment.UtcDateTime.ToString(format, CultureInfo.InvariantCulture);

    private static string TextOf(object? value) => value switch
    {
        null => "",
        bool truth => truth ? "true" : "false",
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
