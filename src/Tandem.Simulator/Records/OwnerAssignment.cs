using Tandem.Simulator.Data;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Records;

/// <summary>
/// Runs the assignment rule that a call asks for, on a record that it saves. A rule that is named and is none of the object's refuses the
/// row. Used by <see cref="RowSave"/>. Source: salesforce-api.md, section 2.9.
/// </summary>
internal sealed class OwnerAssignment(OrgTransaction transaction, Caller caller)
{
    private const string IdPrefix = "01Q";

    private readonly Dictionary<string, string> _owners = new(StringComparer.OrdinalIgnoreCase);

    /// <returns>The error for a rule that there is not.</returns>
    public SaveError? Apply(ObjectType type, int ownerOrdinal, object?[] values, object?[]? before)
    {
        if (caller.Assignment is not { } asked || type.AssignmentRules.Count == 0 || ownerOrdinal < 0)
            return null;
        var isNamed = RecordId.TryNormalize(asked, out var id) && id.StartsWith(IdPrefix, StringComparison.Ordinal);
        var rule = type.AssignmentRules.FirstOrDefault(rule => isNamed ? rule.Id == id : rule.IsActive);
        if (rule is null)
            return isNamed ? SaveErrors.InvalidCrossReference([]) : null;
        if (RuleBook.Of(transaction.Org).FindEntry(transaction, type, rule, values, before) is { } entry)
            values[ownerOrdinal] = OwnerOf(entry.Owner);
        return null;
    }

    private string OwnerOf(string name)
    {
        if (!_owners.TryGetValue(name, out var id))
            _owners[name] = id = Find("Group", "Name", name) ?? Find("User", "Username", name) ?? transaction.UserId;
        return id;
    }

    private string? Find(string objectName, string field, string name)
    {
        if (transaction.Org.FindTable(objectName) is not { } table)
            return null;
        var ordinal = table.Type.OrdinalOf(field);
        return table.Records.FirstOrDefault(record => name.Equals(transaction.Values(record)[ordinal] as string,
            StringComparison.OrdinalIgnoreCase))?.Id;
    }
}
