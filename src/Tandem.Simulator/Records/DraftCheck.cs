using Tandem.Simulator.Data;

namespace Tandem.Simulator.Records;

/// <summary>
/// Refuses drafts that their user may not save: hidden objects and fields do not exist for the user, read-only ones cannot be written.
/// A draft that was read before the object took its present shape is refused in the way of a passing lock. Used by
/// <see cref="RowSave"/>. Source: salesforce-api.md, sections 2.2 and 9.1.
/// </summary>
internal sealed class DraftCheck(UserAccess access)
{
    /// <summary>Null when the draft may be saved as far as the user's rights go.</summary>
    public SaveError? Refuse(RecordDraft draft)
    {
        if (draft.Table is not { } table)
            return null;
        if (table.IsReplaced || (draft.Parents.Count > 0 && draft.Parents.Any(parent => parent.Parent.IsReplaced)))
            return new SaveError { StatusCode = "UNABLE_TO_LOCK_ROW", Message = "unable to obtain exclusive access to this record" };
        return access.IsFull ? null : RefuseForbidden(table, draft);
    }

    private SaveError? RefuseForbidden(ObjectTable table, RecordDraft draft)
    {
        var type = table.Type;
        if (!access.CanSee(type))
            return SaveErrors.InvalidType(type.Name);
        var written = draft.Values.Keys.Concat(draft.Parents.Select(parent => parent.Ordinal)).Select(ordinal => type.Fields[ordinal])
            .ToList();
        if (written.Find(field => !access.CanSee(type, field)) is { } hidden)
            return SaveErrors.InvalidField(type.Name, hidden.Name);
        if (!access.CanEdit(type))
        {
            return new SaveError
            {
                StatusCode = "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
                Message = $"entity type cannot be saved by this user: {type.Label}",
            };
        }

        var locked = written.FindAll(field => !access.CanEdit(type, field));
        return locked.Count > 0 ? SaveErrors.NotWriteable([.. locked.Select(field => field.Name)]) : null;
    }
}
