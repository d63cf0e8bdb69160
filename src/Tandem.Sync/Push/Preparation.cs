using System.Text.Json.Nodes;
using Tandem.Postgres;
using Tandem.Postgres.ChangeLog;
using Tandem.Salesforce;
using Tandem.Salesforce.Composite;
using Tandem.Salesforce.Describe;
using Tandem.Salesforce.Records;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Push;

/// <summary>Turns changes into rows for the org, and settles at once what needs no call or cannot be sent.</summary>
internal static class Preparation
{
    private const string NeverInserted =
        "The record was never inserted in Salesforce, so there is nothing to change; see the insert's own error.";

    /// <param name="outcomes">Takes what is settled already.</param>
    public static List<PreparedChange> Prepare(ChangeBatch batch, PushOptions options, List<Outcome> outcomes)
    {
        var sendable = new List<PreparedChange>(batch.Changes.Count);
        foreach (var change in batch.Changes)
        {
            if (Prepare(batch, change, options, outcomes) is { } row)
                sendable.Add(new PreparedChange(change, row));
        }

        return sendable;
    }

    /// <summary>
    /// Children of one parent lock it, so they go side by side into one transaction of the org and not into several (salesforce-api.md,
    /// section 9.2). The records differ, so their order among each other tells nothing.
    /// </summary>
    public static IReadOnlyList<PreparedChange> SortByParent(MappedObject mapped, List<PreparedChange> changes)
    {
        if (mapped.Fields.Select(field => field.Lookup ?? field.Description).FirstOrDefault(IsParent) is not { } parent)
            return changes;
        var columns = mapped.Fields
            .Where(field => (field.Lookup ?? field.Description).Name == parent.Name)
            .Select(field => field.Column.Name)
            .ToList();
        return [.. changes.OrderBy(prepared => KeyOf(prepared.Change), StringComparer.Ordinal)];

        string? KeyOf(Change change) => columns.Select(column => change.Values.GetValueOrDefault(column)).OfType<string>().FirstOrDefault();
    }

    private static bool IsParent(FieldDescription field) =>
        field is { Type: FieldType.Reference, IsCreateable: true, IsPolymorphicForeignKey: false }
        && !field.ReferenceTo.Any(target => target is "User" or "Group" or "RecordType");

    private static CollectionRow? Prepare(ChangeBatch batch, Change change, PushOptions options, List<Outcome> outcomes)
    {
        var operation = batch.Operation;
        if (change.Problem is { } unreadable)
            return Refuse("TANDEM_INVALID_ENTRY", unreadable);
        if (operation == WriteOperation.Unsendable && change.Action is ChangeAction.Delete)
            return Settle(WriteResult.Unneeded);
        if (operation == WriteOperation.Unsendable)
            return Refuse("TANDEM_NEVER_INSERTED", NeverInserted);
        SalesforceId? id = null;
        if (operation is WriteOperation.Update or WriteOperation.Delete)
        {
            if (!SalesforceId.TryParse(change.Sfid, out var known))
                return Refuse("TANDEM_INVALID_VALUE", $"The {ReservedNames.Sfid} is no Salesforce id; it must not be changed by hand.");
            id = known;
        }

        JsonObject fields;
        try
        {
            fields = RecordPayload.Build(batch.Mapped, change, operation, options.CutsText);
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            return Refuse("TANDEM_INVALID_VALUE", exception.Message);
        }

        if (operation != WriteOperation.Update || fields.Count > 0 || id is not { } unchanged)
            return new CollectionRow(id, fields);
        return Settle(WriteResult.Saved(unchanged, created: false));

        CollectionRow? Refuse(string code, string message) => Settle(WriteResult.Rejected(code, message, []));

        CollectionRow? Settle(WriteResult result)
        {
            outcomes.Add(new Outcome(change, result));
            return null;
        }
    }
}
