using System.Globalization;
using Tandem.Simulator.Data;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Records;

/// <summary>
/// Saves single rows within a transaction and holds them to what describe says: writeable, required, unique, parents that exist.
/// A row that fails leaves no trace. Used by <see cref="RecordSaver"/>.
/// </summary>
internal sealed class RowSave(OrgTransaction transaction, Caller? caller = null, bool findsNewParentsByKey = false)
{
    private readonly DuplicateCheck _duplicates = new(transaction, caller ?? transaction.Caller);
    private readonly OwnerAssignment _assignment = new(transaction, caller ?? transaction.Caller);
    private readonly DraftCheck _access = new(transaction.Org.AccessOf(transaction.UserId));
    /// <summary>The records that this call has made: a row finds them as parents by their ids, by other keys only if asked to.</summary>
    private readonly HashSet<Record> _made = [];

    public SaveResult Insert(RecordDraft draft)
    {
        if (draft.Errors.Count > 0 || draft.Table is not { } table)
            return SaveResult.Failed(draft.Errors);
        if (_access.Refuse(draft) is { } barred)
            return SaveResult.Failed(barred);
        if (!table.Type.IsCreateable)
            return SaveResult.Failed(NotAllowed(table.Type, "created"));
        var type = table.Type;
        var given = FieldValues.Of(draft.Values);
        if (Refused(type, given, draft.Parents, isUpdate: false) is { } refusal)
            return SaveResult.Failed(refusal);

        var plan = SavePlan.Of(type);
        var values = plan.NewValues();
        if (Write(given, draft.Parents, values) is { } error)
            return SaveResult.Failed(error);
        if (plan.Owner >= 0)
            values[plan.Owner] ??= transaction.UserId;
        if (_assignment.Apply(type, plan.Owner, values, null) is { } unassigned)
            return SaveResult.Failed(unassigned);
        if (plan.CreatedDate >= 0)
            values[plan.CreatedDate] = transaction.StampValue;
        if (plan.CreatedBy >= 0)
            values[plan.CreatedBy] = transaction.UserId;
        if (ContentFiles.IsVersion(table) && ContentFiles.Describe(table, values) is { } incomplete)
            return SaveResult.Failed(incomplete);
        transaction.Touch(table, values);
        transaction.Derive(table, values, null, Given(given));
        var errors = Check(table, plan, null, values, null);
        if (errors.Count > 0)
            return SaveResult.Failed(errors);

        var id = table.NextId();
        values[0] = id;
        table.FillAutoNumbers(values);
        var record = new Record(type, values);
        transaction.Insert(table, record);
        FieldHistory.Write(transaction, table, record, null, values);
        _duplicates.Note(table, record, values);
        if (ContentFiles.IsVersion(table))
            new ContentFiles(transaction).Publish(table, record);
        if (!findsNewParentsByKey)
            _made.Add(record);
        return SaveResult.Saved(id, isCreated: true);
    }

    public SaveResult Update(RecordDraft draft)
    {
        if (draft.Errors.Count > 0 || draft.Table is not { } table)
            return SaveResult.Failed(draft.Errors);
        if (_access.Refuse(draft) is { } barred)
            return SaveResult.Failed(barred);
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
        if (_access.Refuse(draft) is { } barred)
            return SaveResult.Failed(barred);
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
        return Insert(draft with { Values = FieldValues.Of(draft.Values).With(keyOrdinal, key) });
    }

    private SaveResult Update(ObjectTable table, Record record, RecordDraft draft)
    {
        var type = table.Type;
        if (!type.IsUpdateable)
            return SaveResult.Failed(NotAllowed(type, "updated"));
        var given = FieldValues.Of(draft.Values);
        if (Refused(type, given, draft.Parents, isUpdate: true) is { } refusal)
            return SaveResult.Failed(refusal);

        var before = transaction.Values(record);
        if (draft.Precondition?.Invoke(before) is { } unmet)
            return SaveResult.Failed(unmet);
        var values = (object?[])before.Clone();
        if ((Write(given, draft.Parents, values) ?? _assignment.Apply(type, SavePlan.Of(type).Owner, values, before)) is { } error)
            return SaveResult.Failed(error);
        transaction.Touch(table, values);
        transaction.Derive(table, values, before, Given(given));
        var errors = Check(table, SavePlan.Of(type), record, values, before);
        if (errors.Count > 0)
            return SaveResult.Failed(errors);
        transaction.Update(table, record, values);
        FieldHistory.Write(transaction, table, record, before, values);
        _duplicates.Note(table, record, values);
        return SaveResult.Saved(record.Id, isCreated: false);
    }

    /// <summary>The error for a draft that writes what may not be written; null for one that may.</summary>
    private static SaveError? Refused(ObjectType type, FieldValues given, IReadOnlyList<ParentReference> parents, bool isUpdate)
    {
        List<string>? refused = null;
        for (var place = 0; place < given.Count; place++)
            Look(given.OrdinalAt(place));
        for (var place = 0; place < parents.Count; place++)
            Look(parents[place].Ordinal);
        return refused is null ? null : SaveErrors.NotWriteable(refused);

        void Look(int ordinal)
        {
            var field = type.Fields[ordinal];
            if (!(isUpdate ? field.IsUpdateable : field.IsCreateable))
                (refused ??= []).Add(field.Name);
        }
    }

    private SaveError? Write(FieldValues given, IReadOnlyList<ParentReference> parents, object?[] values)
    {
        for (var place = 0; place < given.Count; place++)
            values[given.OrdinalAt(place)] = given.ValueAt(place);
        for (var place = 0; place < parents.Count; place++)
        {
            var parent = parents[place];
            var keyField = parent.Parent.Type.Fields[parent.KeyOrdinal];
            var found = parent.KeyOrdinal == 0
                ? transaction.TryFind(parent.Parent, (string)parent.Key, out var record) && !transaction.IsDeleted(record) ? [record] : []
                : Settled(parent.Parent.IndexOf(parent.KeyOrdinal)?.Find(parent.Key) ?? []);
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

    private IReadOnlyList<Record> Settled(IReadOnlyList<Record> found) =>
        _made.Count > 0 && found.Any(_made.Contains) ? [.. found.Where(record => !_made.Contains(record))] : found;

    private List<SaveError> Check(ObjectTable table, SavePlan plan, Record? record, object?[] values, object?[]? before)
    {
        var fields = table.Type.Fields;
        var errors = new List<SaveError>();
        List<string> missing = [.. plan.Required.Where(ordinal => values[ordinal] is null).Select(ordinal => fields[ordinal].Name)];
        foreach (var ordinal in plan.References)
        {
            if (NewValue(ordinal) is string id && CheckParent(fields[ordinal], id) is { } error)
                errors.Add(error);
        }

        foreach (var ordinal in plan.Unique)
        {
            if (NewValue(ordinal) is { } value
                && table.IndexOf(ordinal)?.Find(value).FirstOrDefault(other => !ReferenceEquals(other, record)) is { } other)
                errors.Add(SaveErrors.Duplicate(fields[ordinal].Name, other.Id));
        }

        CheckLocations(table.Type, plan, values, errors);
        if (missing.Count > 0)
        {
            errors.Insert(0, new SaveError
            {
                StatusCode = "REQUIRED_FIELD_MISSING",
                Message = $"Required fields are missing: [{string.Join(", ", missing)}]",
                Fields = missing,
            });
        }

        if (errors.Count == 0)
            errors.AddRange(RuleBook.Of(transaction.Org).Judge(transaction, table.Type, values, before));
        if (errors.Count == 0 && _duplicates.Find(table, record, values, before) is { } duplicate)
            errors.Add(duplicate);
        if (errors.Count == 0)
            errors.AddRange(transaction.Org.CheckSave(table.Type, values));
        return errors;

        object? NewValue(int ordinal) => before is null || !Equals(before[ordinal], values[ordinal]) ? values[ordinal] : null;
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
    private static void CheckLocations(ObjectType type, SavePlan plan, object?[] values, List<SaveError> errors)
    {
        foreach (var (first, second) in plan.Locations)
        {
            var (latitude, longitude) = (values[first] as decimal?, second < 0 ? null : values[second] as decimal?);
            if (latitude is null && longitude is null)
                continue;
            var field = type.Fields[first];
            var names = new[] { field.Name, second < 0 ? field.Name : type.Fields[second].Name };
            if (latitude is null || longitude is null)
                errors.Add(Integrity($"{field.CompoundFieldName}: latitude and longitude must both be set or both be empty", names));
            if (latitude is < -90 or > 90 || longitude is < -180 or > 180)
                errors.Add(Integrity($"{field.CompoundFieldName}: latitude is from -90 to 90, longitude from -180 to 180", names));
        }
    }

    private static SaveError Integrity(string message, params IReadOnlyList<string> fields) =>
        new() { StatusCode = "FIELD_INTEGRITY_EXCEPTION", Message = message, Fields = fields };

    private static Func<int, bool> Given(FieldValues given) => ordinal => given.TryGetValue(ordinal, out var value) && value is not null;

    private static SaveError NotAllowed(ObjectType type, string what) => new()
    {
        StatusCode = "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
        Message = string.Create(CultureInfo.InvariantCulture, $"entity type cannot be {what}: {type.Label}"),
    };
}
