using System.Globalization;
using Tandem.Simulator.Data;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Records;

/// <summary>
/// Saves single rows within a transaction and holds them to what describe says: writeable, required, unique, parents that exist.
/// A row that fails leaves no trace. Used by <see cref="RecordSaver"/>.
/// </summary>
internal sealed class RowSave(OrgTransaction transaction)
{
    private readonly DraftCheck _access = new(transaction.Org.AccessOf(transaction.UserId));

    public SaveResult Insert(RecordDraft draft)
    {
        if (draft.Errors.Count > 0 || draft.Table is not { } table)
            return SaveResult.Failed(draft.Errors);
        if (_access.Refuse(draft) is { } refusal)
            return SaveResult.Failed(refusal);
        if (!table.Type.IsCreateable)
            return SaveResult.Failed(NotAllowed(table.Type, "created"));
        var type = table.Type;
        var refused = Written(draft).Where(ordinal => !type.Fields[ordinal].IsCreateable).Select(ordinal => type.Fields[ordinal].Name)
            .ToList();
        if (refused.Count > 0)
            return SaveResult.Failed(SaveErrors.NotWriteable(refused));

        var values = new object?[type.Fields.Count];
        for (var ordinal = 0; ordinal < values.Length; ordinal++)
            values[ordinal] = type.Fields[ordinal].DefaultValue ?? (type.Fields[ordinal].Type == FieldType.Boolean ? false : null);
        if (Write(draft, values) is { } error)
            return SaveResult.Failed(error);
        if (type.OrdinalOf("OwnerId") is >= 0 and var owner)
            values[owner] ??= transaction.UserId;
        Set("CreatedDate", transaction.StampValue);
        Set("CreatedById", transaction.UserId);
        transaction.Touch(table, values);
        table.Derived.Fill(values, null, Given(draft), transaction.Stamp);
        var errors = Check(table, null, values, null);
        if (errors.Count > 0)
            return SaveResult.Failed(errors);

        var id = table.NextId();
        values[0] = id;
        table.FillAutoNumbers(values);
        transaction.Insert(table, new Record(type, values));
        return SaveResult.Saved(id, isCreated: true);

        void Set(string name, object value)
        {
            if (type.OrdinalOf(name) is >= 0 and var ordinal)
                values[ordinal] = value;
        }
    }

    public SaveResult Update(RecordDraft draft)
    {
        if (draft.Errors.Count > 0 || draft.Table is not { } table)
            return SaveResult.Failed(draft.Errors);
        if (_access.Refuse(draft) is { } refusal)
            return SaveResult.Failed(refusal);
        if (draft.Id is null)
            return SaveResult.Failed(new SaveError { StatusCode = "MISSING_ARGUMENT", Message = "Id not specified in an update call" });
        if (!RecordId.TryNormalize(draft.Id, out var id) || !ReferenceEquals(transaction.Org.FindTableOfId(id), table))
            return SaveResult.Failed(SaveErrors.MalformedId($"{table.Type.Label} ID", draft.Id));
        if (!transaction.TryFind(table, id, out var record))
            return SaveResult.Failed(SaveErrors.InvalidCrossReference([]));
        return transaction.IsDeleted(record) ? SaveResult.Failed(SaveErrors.EntityIsDeleted()) : Update(table, record, draft);
    }

    /// <summary>Updates the live record with the key, or inserts one with it; the key is no part of the draft.</summary>
    public SaveResult Upsert(RecordDraft draft, int keyOrdinal, object? key, bool isUpdateOnly)
    {
        if (draft.Errors.Count > 0 || draft.Table is not { } table)
            return SaveResult.Failed(draft.Errors);
        if (_access.Refuse(draft) is { } refusal)
            return SaveResult.Failed(refusal);
        var field = table.Type.Fields[keyOrdinal];
        if (keyOrdinal == 0)
            return key is null ? Insert(draft) : Update(draft with { Id = (string)key });
        if (key is null)
        {
            return SaveResult.Failed(new SaveError
            {
                StatusCode = "MISSING_ARGUMENT",
                Message = $"{field.Name} not specified",
                Fields = [field.Name],
            });
        }

        var found = table.IndexOf(keyOrdinal)?.Find(key) ?? [];
        if (found.Count > 1)
        {
            return SaveResult.Failed(new SaveError
            {
                StatusCode = "DUPLICATE_EXTERNAL_ID",
                Message = $"{field.Name}: more than one record found for external id field: "
                    + $"[{string.Join(", ", found.Select(record => record.Id))}]",
                Fields = [field.Name],
            }) with { MatchingIds = [.. found.Select(record => record.Id)] };
        }

        if (found is [var existing])
            return Update(table, existing, draft);
        if (isUpdateOnly)
            return SaveResult.Failed(new SaveError { StatusCode = "NOT_FOUND", Message = "The requested resource does not exist" });
        return Insert(draft with { Values = new Dictionary<int, object?>(draft.Values) { [keyOrdinal] = key } });
    }

    private SaveResult Update(ObjectTable table, Record record, RecordDraft draft)
    {
        var type = table.Type;
        if (!type.IsUpdateable)
            return SaveResult.Failed(NotAllowed(type, "updated"));
        var refused = Written(draft).Where(ordinal => !type.Fields[ordinal].IsUpdateable).Select(ordinal => type.Fields[ordinal].Name)
            .ToList();
        if (refused.Count > 0)
            return SaveResult.Failed(SaveErrors.NotWriteable(refused));

        var before = transaction.Values(record);
        var values = (object?[])before.Clone();
        if (Write(draft, values) is { } error)
            return SaveResult.Failed(error);
        transaction.Touch(table, values);
        table.Derived.Fill(values, before, Given(draft), transaction.Stamp);
        var errors = Check(table, record, values, before);
        if (errors.Count > 0)
            return SaveResult.Failed(errors);
        transaction.Update(table, record, values);
        return SaveResult.Saved(record.Id, isCreated: false);
    }

    private SaveError? Write(RecordDraft draft, object?[] values)
    {
        foreach (var (ordinal, value) in draft.Values)
            values[ordinal] = value;
        foreach (var parent in draft.Parents)
        {
            var keyField = parent.Parent.Type.Fields[parent.KeyOrdinal];
            var found = parent.KeyOrdinal == 0
                ? transaction.TryFind(parent.Parent, (string)parent.Key, out var record) && !transaction.IsDeleted(record) ? [record] : []
                : parent.Parent.IndexOf(parent.KeyOrdinal)?.Find(parent.Key) ?? [];
            if (found.Count == 0)
            {
                var key = KeyIndex.KeyOf(parent.Key)?.ToLowerInvariant();
                return new SaveError
                {
                    StatusCode = "INVALID_FIELD",
                    Message = $"Foreign key external ID: {key} not found for field {keyField.Name} in entity {parent.Parent.Type.Name}",
                };
            }

            if (found.Count > 1)
            {
                return new SaveError
                {
                    StatusCode = "DUPLICATE_EXTERNAL_ID",
                    Message = $"{keyField.Name}: more than one record found for external id field: "
                        + $"[{string.Join(", ", found.Select(one => one.Id))}]",
                };
            }

            values[parent.Ordinal] = found[0].Id;
        }

        return null;
    }

    private List<SaveError> Check(ObjectTable table, Record? record, object?[] values, object?[]? before)
    {
        var fields = table.Type.Fields;
        var errors = new List<SaveError>();
        var missing = new List<string>();
        for (var ordinal = 1; ordinal < fields.Count; ordinal++)
        {
            var field = fields[ordinal];
            if (values[ordinal] is not { } value)
            {
                if (!field.IsNillable && field.IsCreateable && !field.IsAutoNumber)
                    missing.Add(field.Name);
                continue;
            }

            if (before is not null && Equals(before[ordinal], value))
                continue;
            if (field is { Type: FieldType.Reference, IsCreateable: true } && CheckParent(field, (string)value) is { } parentError)
                errors.Add(parentError);
            if (field.IsUnique && table.IndexOf(ordinal)?.Find(value).FirstOrDefault(other => !ReferenceEquals(other, record)) is { } other)
                errors.Add(SaveErrors.Duplicate(field.Name, other.Id));
        }

        CheckLocations(table.Type, values, errors);
        if (missing.Count > 0)
        {
            errors.Insert(0, new SaveError
            {
                StatusCode = "REQUIRED_FIELD_MISSING",
                Message = $"Required fields are missing: [{string.Join(", ", missing)}]",
                Fields = missing,
            });
        }

        return errors;
    }

    private SaveError? CheckParent(Field field, string id)
    {
        var parent = transaction.Org.FindTableOfId(id);
        if (parent is null || !field.ReferenceTo.Contains(parent.Type.Name, StringComparer.Ordinal))
            return SaveErrors.MalformedId(field.Label, id, [field.Name]);
        if (!transaction.TryFind(parent, id, out var record))
            return SaveErrors.InvalidCrossReference([field.Name]);
        if (transaction.IsDeleted(record))
            return SaveErrors.EntityIsDeleted() with { Fields = [field.Name] };
        var isInactiveOwner = field.Name is "OwnerId" && parent.Type.OrdinalOf("IsActive") is >= 0 and var active
            && transaction.Values(record)[active] is false;
        return isInactiveOwner
            ? new SaveError { StatusCode = "INACTIVE_OWNER_OR_USER",
                Message = $"operation performed with inactive user [{id}] as owner", Fields = [field.Name] }
            : null;
    }

    /// <summary>Latitude and longitude stand together or not at all, and on the globe.</summary>
    private static void CheckLocations(ObjectType type, object?[] values, List<SaveError> errors)
    {
        for (var ordinal = 1; ordinal < type.Fields.Count; ordinal++)
        {
            var name = type.Fields[ordinal].Name;
            if (type.Fields[ordinal].CompoundFieldName is not { } compound || !name.Contains("Latitude", StringComparison.Ordinal))
                continue;
            var latitude = values[ordinal] as decimal?;
            var longitudeName = name.Replace("Latitude", "Longitude", StringComparison.Ordinal);
            var longitude = type.OrdinalOf(longitudeName) is >= 0 and var other ? values[other] as decimal? : null;
            if (latitude is null != longitude is null)
                errors.Add(Integrity($"{compound}: latitude and longitude must both be set or both be empty", name, longitudeName));
            if (latitude is < -90 or > 90 || longitude is < -180 or > 180)
                errors.Add(Integrity($"{compound}: latitude is from -90 to 90, longitude from -180 to 180", name, longitudeName));
        }
    }

    private static SaveError Integrity(string message, params IReadOnlyList<string> fields) =>
        new() { StatusCode = "FIELD_INTEGRITY_EXCEPTION", Message = message, Fields = fields };

    private static IEnumerable<int> Written(RecordDraft draft) => draft.Values.Keys.Concat(draft.Parents.Select(parent => parent.Ordinal));

    private static Func<int, bool> Given(RecordDraft draft) => ordinal => draft.Values.TryGetValue(ordinal, out var value)
        && value is not null;

    private static SaveError NotAllowed(ObjectType type, string what) => new()
    {
        StatusCode = "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
        Message = string.Create(CultureInfo.InvariantCulture, $"entity type cannot be {what}: {type.Label}"),
    };
}
