using Tandem.Postgres.Conflicts;
using Tandem.Sync.Catalog;

namespace Tandem.Sync.Schema;

/// <summary>
/// Derives from a mapping who wins the conflicts of each column. Only fields that can be written take part: what the app writes into
/// another column never reaches Salesforce, and the next read of the record takes it back.
/// </summary>
internal static class FieldConflicts
{
    /// <param name="problems">Gets one sentence for each field that has a policy and is not mapped.</param>
    /// <returns>Null for a mapping that sends nothing.</returns>
    public static ConflictRules? Build(
        Mapping mapping,
        string objectName,
        IReadOnlyList<MappedField> fields,
        Func<DateTimeOffset?> orgClock,
        ICollection<string> problems)
    {
        foreach (var name in mapping.ConflictFields.Keys.Where(name => !fields.Any(field => IsNamed(field, name))))
            problems.Add($"{objectName}.{name}: conflict_columns names this field, but the mapping does not map it.");
        if (mapping.Access != MappingAccess.ReadWrite)
            return null;
        return new ConflictRules
        {
            Columns = fields.Where(IsWritable).ToDictionary(
                field => field.Column.Name, field => RuleOf(mapping, field), StringComparer.Ordinal),
            Policy = mapping.Conflicts,

            // With a filter a row also goes because its record no longer meets it; the record is there and takes the change.
            YieldsToDeletion = mapping is { Conflicts: ConflictPolicy.Salesforce, Filter: null },
            OrgClock = orgClock,
        };
    }

    private static ConflictRule RuleOf(Mapping mapping, MappedField field) => new()
    {
        Policy = mapping.ConflictFields.Where(each => IsNamed(field, each.Key)).Select(each => each.Value)
            .DefaultIfEmpty(mapping.Conflicts).First(),
        Spell = text => StoredSpelling.Of(field, text),
        IsIdentifier = field.Lookup is null && field.Description.Name.Equals(mapping.UpsertField, StringComparison.OrdinalIgnoreCase),
    };

    private static bool IsWritable(MappedField field) =>
        (field.Lookup ?? field.Description) is { IsCreateable: true } or { IsUpdateable: true };

    /// <summary>A relationship external id goes by the name of its column.</summary>
    private static bool IsNamed(MappedField field, string name) =>
        (field.Lookup is null && field.Description.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        || field.Column.Name.Equals(name, StringComparison.OrdinalIgnoreCase);
}
