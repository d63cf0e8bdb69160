using Tandem.Postgres;
using Tandem.Postgres.Adopt;
using Tandem.Salesforce.Describe;
using Tandem.Sync.Catalog;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Adopt;

/// <summary>
/// Derives from a table that Heroku Connect made what its mapping said: the fields by the columns, the access by what the log trigger
/// writes, the unique identifier by the unique index. Source: heroku-connect.md, sections 3 and 5.3.
/// </summary>
internal static class MappingFinder
{
    private static readonly string[] System =
        [ReservedNames.Id, ReservedNames.Sfid, ReservedNames.LastOperation, ReservedNames.Error];

    /// <summary>A table that a mapping made: it has the contract's ids, and its changes are or were captured.</summary>
    public static bool IsMapped(FoundTable table) => table is { IsTable: true } && !table.Name.StartsWith('_')
        && table.FindColumn(ReservedNames.Sfid) is not null && table.FindColumn(ReservedNames.Id) is not null;

    /// <summary>Heroku Connect's own triggers stand on it.</summary>
    public static bool HasCapture(FoundSchema schema, FoundTable table) => table.Triggers.Any(trigger => IsTheirs(schema, trigger));

    /// <summary>
    /// The contract's functions are named <c>hc_</c>, and what they do shows in them; a user's function of such a name does neither.
    /// </summary>
    public static bool IsTheirs(FoundSchema schema, FoundTrigger trigger) => trigger.FunctionSchema == schema.Name
        && trigger.Function.StartsWith("hc_", StringComparison.Ordinal) && (trigger.WritesLog || trigger.SetsStatus);

    public static FoundMapping Find(FoundSchema schema, FoundTable table, SObjectDescription description, ObjectContext context)
    {
        var problems = new List<string>();
        var fields = new List<string> { "Id" };
        var own = new List<string>();
        foreach (var column in table.Columns.Select(column => column.Name).Except(System, StringComparer.Ordinal))
        {
            if (FindField(description, context, column) is { } name)
                fields.Add(name);
            else
                own.Add(column);
        }

        var access = FindAccess(schema, table, problems);
        var unique = access == MappingAccess.ReadWrite ? FindUpsertField(schema, table, description, problems) : null;
        var mapping = new Mapping
        {
            ObjectName = description.Name,
            Access = access,
            Fields = fields,
            UpsertField = unique,
            Indexes = FindIndexes(table, description),
        };
        return new FoundMapping(mapping, own, problems);
    }

    private static string? FindField(SObjectDescription description, ObjectContext context, string column)
    {
        if (description.FindField(column) is { } field)
            return ColumnTypes.Of(field, context.Types) is null ? null : field.Name;
        return RelationshipField.Find(description, column)?.Resolve(description.Name, context, []) is null ? null : column;
    }

    /// <summary>Both kinds of mapping have a log trigger; they differ in the state of its entries. Old entries tell it too.</summary>
    private static MappingAccess FindAccess(FoundSchema schema, FoundTable table, List<string> problems)
    {
        var loggers = table.Triggers.Where(trigger => IsTheirs(schema, trigger) && trigger.WritesLog).ToList();
        if (loggers.Count == 0)
            return MappingAccess.ReadOnly;
        var sends = loggers.Exists(trigger => trigger.Says("NEW"));
        var reads = loggers.Exists(trigger => trigger.Says("READONLY"));
        if (sends == reads)
        {
            reads = schema.Count(table.Name, "READONLY") > 0;
            sends = schema.States.Any(count => count.Key.Table == table.Name && count.Key.State is not ("READONLY" or "IGNORED"));
        }

        if (sends == reads)
        {
            problems.Add(
                $"{schema.Name}.{table.Name}: neither its log trigger nor the change log tells whether it is read_only or read_write: "
                + "give the mapping file that Heroku Connect exports, with --mappings.");
        }

        return sends && !reads ? MappingAccess.ReadWrite : MappingAccess.ReadOnly;
    }

    /// <summary>An index of the contract's name comes from a mapping; one of another name is the user's.</summary>
    private static string? FindUpsertField(
        FoundSchema schema, FoundTable table, SObjectDescription description, List<string> problems)
    {
        var candidates = table.Indexes
            .Where(index => index is { IsUnique: true, IsPrimary: false, Serves: true, Columns.Count: 1 })
            .Where(index => index.Name.StartsWith("hcu_idx_", StringComparison.Ordinal))
            .Select(index => description.FindField(index.Columns[0]))
            .OfType<FieldDescription>()
            .Where(field => field is { IsExternalId: true } or { IsIdLookup: true })
            .Where(field => field.Type != FieldType.Id)
            .Select(field => field.Name)
            .Distinct(StringComparer.Ordinal)
            .ToList();
        if (candidates.Count > 1)
        {
            problems.Add(
                $"{schema.Name}.{table.Name}: {string.Join(" and ", candidates)} have unique indexes, and one of them is the unique "
                + "identifier (upsert_field): give the mapping file that Heroku Connect exports, with --mappings.");
        }

        return candidates is [var only] ? only : null;
    }

    private static Dictionary<string, bool> FindIndexes(FoundTable table, SObjectDescription description) => table.Indexes
        .Where(index => index is { Serves: true, Columns.Count: 1 } && index.Columns[0] is not ReservedNames.Id
            && (index.Name.StartsWith("hc_idx_", StringComparison.Ordinal) || index.Name.StartsWith("hcu_idx_", StringComparison.Ordinal)))
        .Select(index => (
            Field: index.Columns[0] is ReservedNames.Sfid ? "Id" : description.FindField(index.Columns[0])?.Name, index.IsUnique))
        .Where(index => index.Field is not null)
        .GroupBy(index => index.Field ?? "", StringComparer.OrdinalIgnoreCase)
        .ToDictionary(group => group.Key, group => group.Any(index => index.IsUnique), StringComparer.OrdinalIgnoreCase);
}
