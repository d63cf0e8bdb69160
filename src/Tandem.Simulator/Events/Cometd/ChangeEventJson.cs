using System.Text.Json;
using Tandem.Simulator.Data;

namespace Tandem.Simulator.Events.Cometd;

/// <summary>Writes the payload of a change event: its header, then the fields that its change type shows and the user may see.
/// Source: salesforce-api.md, sections 5.3 and 6.7.</summary>
internal static class ChangeEventJson
{
    public static void WritePayload(Utf8JsonWriter writer, ChangeEvent change, UserAccess access)
    {
        var isUpdate = change.ChangeType == ChangeTypes.Update;
        var fields = isUpdate ? Restrict(change, change.Changed, access) : EventShape.Of(change.Type).Fields;
        writer.WriteStartObject("payload");
        WriteHeader(writer, change, isUpdate ? fields : [], access);
        if (change.Values is { } values)
        {
            foreach (var field in fields)
            {
                if (access.CanSee(change.Type, field.Field))
                    WriteField(writer, change, field, values, isUpdate, access);
            }
        }

        writer.WriteEndObject();
    }

    private static void WriteHeader(Utf8JsonWriter writer, ChangeEvent change, IReadOnlyList<EventField> changed, UserAccess access)
    {
        writer.WriteStartObject("ChangeEventHeader");
        writer.WriteString("entityName", change.EntityName);
        writer.WriteStartArray("recordIds");
        foreach (var id in change.RecordIds)
            writer.WriteStringValue(id);
        writer.WriteEndArray();
        writer.WriteString("changeType", change.ChangeType);
        writer.WriteString("changeOrigin", change.ChangeOrigin);
        writer.WriteString("transactionKey", change.TransactionKey.ToString());
        writer.WriteNumber("sequenceNumber", change.SequenceNumber);
        writer.WriteNumber("commitTimestamp", change.CommitTimestamp.ToUnixTimeMilliseconds());
        writer.WriteNumber("commitNumber", change.CommitNumber);
        writer.WriteString("commitUser", change.CommitUser);
        WriteNames(writer, "nulledFields", Restrict(change, change.Nulled, access));
        WriteNames(writer, "diffFields", Restrict(change, change.Diffed, access));
        WriteNames(writer, "changedFields", changed);
        writer.WriteEndObject();
    }

    /// <summary>A part of a compound is named with it: <c>BillingAddress.City</c>.</summary>
    private static void WriteNames(Utf8JsonWriter writer, string member, IReadOnlyList<EventField> fields)
    {
        writer.WriteStartArray(member);
        foreach (var field in fields)
        {
            if (field.Parts.Count == 0)
                writer.WriteStringValue(field.Name);
            foreach (var part in field.Parts)
                writer.WriteStringValue($"{field.Name}.{part.Key}");
        }

        writer.WriteEndArray();
    }

    private static void WriteField(
        Utf8JsonWriter writer, ChangeEvent change, EventField field, object?[] values, bool writesNulls, UserAccess access)
    {
        if (field.Parts.Count == 0)
        {
            if (!writesNulls && values[field.Ordinal] is null)
                return;
            writer.WritePropertyName(field.Name);
            CometdEventJson.WriteValue(writer, values[field.Ordinal]);
            return;
        }

        if (!writesNulls && field.Parts.All(part => values[part.Ordinal] is null))
            return;
        writer.WriteStartObject(field.Name);
        foreach (var part in field.Parts)
        {
            if ((!writesNulls && values[part.Ordinal] is null) || !access.CanSee(change.Type, change.Type.Fields[part.Ordinal]))
                continue;
            writer.WritePropertyName(part.Key);
            CometdEventJson.WriteValue(writer, values[part.Ordinal]);
        }

        writer.WriteEndObject();
    }

    /// <summary>The members of the event that hold these ordinals, each compound with only those of its parts.</summary>
    private static List<EventField> Restrict(ChangeEvent change, IReadOnlyList<int> ordinals, UserAccess access)
    {
        var members = new List<EventField>();
        if (ordinals.Count == 0)
            return members;
        foreach (var field in EventShape.Of(change.Type).Fields)
        {
            if (!access.CanSee(change.Type, field.Field))
                continue;
            if (field.Parts.Count == 0)
            {
                if (ordinals.Contains(field.Ordinal))
                    members.Add(field);
                continue;
            }

            EventPart[] parts = [.. field.Parts.Where(part =>
                ordinals.Contains(part.Ordinal) && access.CanSee(change.Type, change.Type.Fields[part.Ordinal]))];
            if (parts.Length > 0)
                members.Add(field with { Parts = parts });
        }

        return members;
    }
}
