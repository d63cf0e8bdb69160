using System.Text.Json;
using Tandem.Simulator.Data;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Records;

/// <summary>Reads records from requests' JSON, keeping what is wrong with each beside it, so that good rows of a call still save.</summary>
public static class DraftReader
{
    /// <summary>Reads a record whose object the address names. The id, if any, stands in the address too.</summary>
    public static RecordDraft Read(Org org, ObjectTable table, string? id, JsonElement json) =>
        Read(org, table, id, json, new MemberNames(table.Type));

    /// <summary>Reads a record that names its object in <c>attributes.type</c> and, for an update, its id in <c>Id</c>.</summary>
    public static RecordDraft ReadTyped(Org org, JsonElement json, bool takesId) => new CollectionReader(org, null).Read(json, takesId);

    /// <summary>Reads one of several records of an object, which share what was learnt about their members' names.</summary>
    /// <param name="skips">Tells which members are not the record's own, such as the children of a tree.</param>
    internal static RecordDraft Read(Org org, ObjectTable table, string? id, JsonElement json, MemberNames names,
        Func<JsonProperty, bool>? skips = null)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            var error = new SaveError { StatusCode = "JSON_PARSER_ERROR", Message = "The record is no JSON object." };
            return new RecordDraft { Table = table, Id = id, Errors = [error] };
        }

        var values = new FieldValues(json.GetPropertyCount());
        var parents = new List<ParentReference>();
        var errors = new List<SaveError>();
        var place = 0;
        foreach (var member in json.EnumerateObject())
        {
            var ordinal = names.OrdinalOf(member, place++);
            if (ordinal >= 0)
                ReadValue(table.Type.Fields[ordinal], ordinal, member.Value, values, errors);
            else if (member.NameEquals("attributes"u8) || skips?.Invoke(member) == true)
                continue;
            else if (FindRelationship(table.Type, member.Name) is >= 0 and var reference)
                ReadParent(org, table.Type.Fields[reference], reference, member.Value, values, parents, errors);
            else
                errors.Add(SaveErrors.InvalidField(table.Type.Name, member.Name));
        }

        if (parents.Find(parent => values.ContainsKey(parent.Ordinal)) is { } twice)
        {
            var field = table.Type.Fields[twice.Ordinal];
            errors.Add(new SaveError
            {
                StatusCode = "INVALID_FIELD",
                Message = $"Cannot specify both {field.Name} and {field.RelationshipName} in one record",
                Fields = [field.Name],
            });
        }

        return new RecordDraft { Table = table, Id = id, Values = values, Parents = parents, Errors = errors };
    }

    /// <summary>The object that a record names in its attributes; null when it names none.</summary>
    public static string? TypeOf(JsonElement json) => TryType(json, out var type) ? type.GetString() : null;

    internal static bool TryType(JsonElement json, out JsonElement type)
    {
        type = default;
        return json.ValueKind == JsonValueKind.Object && json.TryGetProperty("attributes"u8, out var attributes)
            && attributes.ValueKind == JsonValueKind.Object && attributes.TryGetProperty("type"u8, out type)
            && type.ValueKind == JsonValueKind.String;
    }

    private static void ReadValue(Field field, int ordinal, JsonElement json, FieldValues values, List<SaveError> errors)
    {
        var input = FieldInput.Read(field, json);
        if (input.Error is { } error)
            errors.Add(error);
        values.Set(ordinal, input.Value);
    }

    private static void ReadParent(Org org, Field field, int ordinal, JsonElement json, FieldValues values,
        List<ParentReference> parents, List<SaveError> errors)
    {
        if (json.ValueKind == JsonValueKind.Null)
        {
            values.Set(ordinal, null);
            return;
        }

        var keys = json.ValueKind == JsonValueKind.Object
            ? json.EnumerateObject().Where(member => !member.NameEquals("attributes")).ToList() : [];
        var parentName = TypeOf(json) ?? field.ReferenceTo[0];
        if (keys.Count != 1 || !field.ReferenceTo.Contains(parentName, StringComparer.OrdinalIgnoreCase)
            || org.FindTable(parentName) is not { } parent)
        {
            var expected = string.Join(" or ", field.ReferenceTo);
            errors.Add(Invalid(field, $"The relationship {field.RelationshipName} needs exactly one external ID field of {expected}"));
            return;
        }

        var keyOrdinal = parent.Type.OrdinalOf(keys[0].Name);
        if (keyOrdinal < 0)
        {
            errors.Add(SaveErrors.InvalidField(parent.Type.Name, keys[0].Name));
            return;
        }

        var key = FieldInput.Read(parent.Type.Fields[keyOrdinal], keys[0].Value);
        if (!parent.Type.Fields[keyOrdinal].IsIdLookup)
            errors.Add(Invalid(field,
                $"{parent.Type.Fields[keyOrdinal].Name} of {parent.Type.Name} is neither Id nor an external ID field"));
        else if (key.Error is { } error)
            errors.Add(error);
        else if (key.Value is null)
            errors.Add(Invalid(field, $"The external ID {parent.Type.Fields[keyOrdinal].Name} of {field.RelationshipName} has no value"));
        else
            parents.Add(new ParentReference { Ordinal = ordinal, Parent = parent, KeyOrdinal = keyOrdinal, Key = key.Value });
    }

    private static SaveError Invalid(Field field, string message) =>
        new() { StatusCode = "INVALID_FIELD", Message = message, Fields = [field.Name] };

    private static int FindRelationship(ObjectType type, string name)
    {
        for (var ordinal = 0; ordinal < type.Fields.Count; ordinal++)
        {
            if (type.Fields[ordinal].RelationshipName is { } relationship && relationship.Equals(name, StringComparison.OrdinalIgnoreCase))
                return ordinal;
        }

        return -1;
    }
}
