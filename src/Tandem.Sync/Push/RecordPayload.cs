using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json.Nodes;
using Tandem.Postgres.ChangeLog;
using Tandem.Postgres.Tables;
using Tandem.Salesforce.Describe;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Push;

/// <summary>
/// Makes the JSON that a change sends, from the text that the change log holds. Inserts leave null out, so that Salesforce's
/// defaults apply; updates send null, which clears a field. Fields that Salesforce alone keeps are never sent. A relationship external
/// id is sent as the parent's key, and cleared by its reference field. Source: heroku-connect.md, sections 3.5 and 5.3;
/// salesforce-api.md, sections 2.4 and 8.2.
/// </summary>
public static class RecordPayload
{
    private const DateTimeStyles UniversalTime = DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal;

    /// <summary>Exact, because a guess at another DateStyle's text would exchange day and month.</summary>
    private static readonly string[] MomentFormats =
    [
        "yyyy-MM-dd HH:mm:ss.FFFFFF", "yyyy-MM-dd HH:mm:ss.FFFFFFzz", "yyyy-MM-dd HH:mm:ss.FFFFFFzzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFK",
    ];

    private static readonly FrozenSet<string> KeptBySalesforce =
        FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "Id", "IsDeleted", "SystemModstamp");

    /// <param name="cutsText">Text that is longer than its field is cut. A key never is: it would name another record.</param>
    /// <exception cref="FormatException">A value cannot be sent, such as an infinite number; the message names the column.</exception>
    public static JsonObject Build(MappedObject mapped, Change change, WriteOperation operation, bool cutsText = false)
    {
        var fields = new JsonObject();
        foreach (var field in mapped.Fields)
        {
            if (field.Lookup is not null || !change.Values.TryGetValue(field.Column.Name, out var text))
                continue;
            var name = field.Description.Name;
            if (KeptBySalesforce.Contains(name))
                continue;
            if (text is not null || change.Action == ChangeAction.Update)
                fields[name] = ToJson(field, cutsText && text is not null && !IsKey(field) ? TextCut.Apply(field.Description, text) : text);
        }

        AddParents(fields, mapped, change, operation);
        if (operation == WriteOperation.Upsert && mapped.UniqueIdentifier is { } unique)
            fields[unique.Description.Name] = ChangeBatches.IdentifierOf(mapped, change);
        return fields;
    }

    /// <summary>True when nothing would be sent: the change touched only columns that Salesforce keeps.</summary>
    public static bool IsEmpty(MappedObject mapped, Change change, WriteOperation operation) =>
        operation == WriteOperation.Update && Build(mapped, change, operation).Count == 0;

    private static bool IsKey(MappedField field) => field.Description is { IsExternalId: true } or { IsUnique: true };

    private static void AddParents(JsonObject fields, MappedObject mapped, Change change, WriteOperation operation)
    {
        foreach (var field in mapped.Fields)
        {
            if (field.Lookup is not { } lookup || !change.Values.TryGetValue(field.Column.Name, out var text))
                continue;
            var (relationship, key) = ParentColumns.NamesOf(field);
            if (ParentColumns.Decides(mapped, change, field))
            {
                CheckWritable(field, lookup, operation);
                fields.Remove(lookup.Name);
                fields[relationship] = new JsonObject { [key] = ToJson(field, text) };
            }
            else if (change.Action == ChangeAction.Update
                && !ParentColumns.HasValue(change, field)
                && !fields.ContainsKey(lookup.Name)
                && !fields.ContainsKey(relationship))
            {
                CheckWritable(field, lookup, operation);
                fields[lookup.Name] = null;
            }
        }
    }

    /// <summary>Of a reference that may not be written Salesforce does not say by which column it was.</summary>
    private static void CheckWritable(MappedField field, FieldDescription lookup, WriteOperation operation)
    {
        var isUpdate = operation == WriteOperation.Update;
        if (!(isUpdate ? lookup.IsUpdateable : lookup.IsCreateable))
        {
            var whose = isUpdate ? "a record that exists" : "a new record";
            throw new FormatException($"{field.Column.Name}: the integration user may not set {lookup.Name} of {whose}.");
        }
    }

    private static JsonValue? ToJson(MappedField field, string? text)
    {
        if (text is null)
            return null;
        return field.Column.Type.Kind switch
        {
            ColumnKind.Boolean => JsonValue.Create(text is "t" or "true"),
            ColumnKind.Integer or ColumnKind.BigInt => JsonValue.Create(long.Parse(text, CultureInfo.InvariantCulture)),
            ColumnKind.Double or ColumnKind.Numeric => ToNumber(field, text),
            ColumnKind.Timestamp or ColumnKind.TimestampTz =>
                JsonValue.Create(ToMoment(field, text).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)),
            ColumnKind.Date when !DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) =>
                throw CannotSend(field, "date between the years 1700 and 4000"),
            ColumnKind.Time => JsonValue.Create(
                TimeOnly.Parse(text, CultureInfo.InvariantCulture).ToString("HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)),
            _ => JsonValue.Create(text),
        };
    }

    private static JsonValue ToNumber(MappedField field, string text)
    {
        if (decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var exact))
            return JsonValue.Create(exact);
        var number = double.Parse(text, CultureInfo.InvariantCulture);
        return double.IsFinite(number) ? JsonValue.Create(number) : throw CannotSend(field, "finite number");
    }

    private static DateTime ToMoment(MappedField field, string text) =>
        DateTime.TryParseExact(text, MomentFormats, CultureInfo.InvariantCulture, UniversalTime, out var moment)
            ? moment
            : throw CannotSend(field, "time between the years 1700 and 4000, year first");

    private static FormatException CannotSend(MappedField field, string expected) =>
        new($"{field.Column.Name}: Salesforce takes only a {expected}.");
}
