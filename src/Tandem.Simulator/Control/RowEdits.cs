using Tandem.Simulator.Data;
using Tandem.Simulator.Records;

namespace Tandem.Simulator.Control;

/// <summary>
/// Edits rows in the name of any user and program, by the rules and with the stamps of the API and at no cost of it: so tests bring
/// about changes that are not their own. Source: salesforce-api.md, section 12.
/// </summary>
public sealed class RowEdits(Org org, RecordSaver saver)
{
    private static readonly string[] Doors = ["rest", "soap", "bulk"];

    /// <summary>Makes an edit and gives a result for each row, in their order.</summary>
    /// <exception cref="ControlException">The edit names what is not there.</exception>
    public Task<IReadOnlyList<SaveResult>> RunAsync(RowAction action, RowEdit edit, CancellationToken cancellationToken)
    {
        if (!Doors.Contains(edit.Api, StringComparer.Ordinal))
            throw new ControlException($"{edit.Api} is no door of the org: expected rest, soap or bulk.");
        var caller = new Caller { UserId = FindUser(edit.User), Client = edit.Client, Api = edit.Api };
        return action switch
        {
            RowAction.Create => saver.CreateAsync(Drafts(edit, takesId: false), edit.AllOrNone, caller, cancellationToken),
            RowAction.Update => saver.UpdateAsync(Drafts(edit, takesId: true), edit.AllOrNone, caller, cancellationToken),
            RowAction.Upsert => UpsertAsync(edit, caller, cancellationToken),
            RowAction.Delete => saver.DeleteAsync(edit.Ids, edit.AllOrNone, caller, cancellationToken),
            RowAction.Undelete => saver.UndeleteAsync(edit.Ids, edit.AllOrNone, caller, cancellationToken),
            RowAction.HardDelete => saver.HardDeleteAsync(edit.Ids, edit.AllOrNone, caller, cancellationToken),
            _ => throw new ControlException($"{action} is no edit of rows."),
        };
    }

    /// <summary>Merges records into another in the name of a user.</summary>
    /// <exception cref="ControlException">There is no such user.</exception>
    public Task<MergeResult> MergeAsync(RowMerge merge, CancellationToken cancellationToken) => org.MergeAsync(
        org.MasterOf(merge.MasterId), merge.Ids, new Caller { UserId = FindUser(merge.User), Client = merge.Client }, cancellationToken);

    /// <summary>The 18-character id of the user with this id or user name; the admin's for an empty text.</summary>
    public string FindUser(string user)
    {
        if (user.Length == 0)
            return org.AdminUserId;
        var table = org.FindTable("User") ?? throw ControlException.Missing("object", "User");
        var name = table.Type.OrdinalOf("Username");
        var found = RecordId.TryNormalize(user, out var id) ? table.Find(id)
            : table.Records.FirstOrDefault(record => user.Equals(record[name] as string, StringComparison.OrdinalIgnoreCase));
        return found?.Id ?? throw ControlException.Missing("user", user);
    }

    private List<RecordDraft> Drafts(RowEdit edit, bool takesId) =>
        [.. edit.Records.Select(record => DraftReader.ReadTyped(org, record, takesId))];

    private Task<IReadOnlyList<SaveResult>> UpsertAsync(RowEdit edit, Caller caller, CancellationToken cancellationToken)
    {
        var drafts = Drafts(edit, takesId: false);
        if (drafts.Find(draft => draft.Table is not null)?.Table is not { } table || drafts.Exists(draft =>
            draft.Table is { } other && !ReferenceEquals(other, table)))
            throw new ControlException("An upsert takes records of one object.");
        var ordinal = table.Type.OrdinalOf(edit.ExternalIdField);
        if (ordinal < 0 || !table.Type.Fields[ordinal].IsIdLookup)
            throw new ControlException($"{table.Type.Name} has no external id {edit.ExternalIdField}.");
        var keys = drafts.ConvertAll(draft => draft.Values.GetValueOrDefault(ordinal));
        var rest = drafts.ConvertAll(draft => draft.Without(ordinal));
        return saver.UpsertAsync(rest, ordinal, keys, isUpdateOnly: false, edit.AllOrNone, caller, cancellationToken);
    }
}
