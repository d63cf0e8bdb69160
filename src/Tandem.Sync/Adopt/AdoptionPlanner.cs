using Npgsql;
using Tandem.Postgres;
using Tandem.Postgres.Adopt;
using Tandem.Salesforce;
using Tandem.Sync.Catalog;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Adopt;

/// <summary>
/// Compares a schema that Heroku Connect filled with the org and the mappings, and says what an adoption would do with each table. Finds
/// every problem at once and changes nothing. Costs a describe and a count for each table.
/// </summary>
public sealed class AdoptionPlanner(SalesforceClient salesforce, AdoptionRequest request, AdoptionOptions options)
{
    private readonly ObjectContexts _contexts = new(salesforce, request.Schema, request.Types);

    /// <exception cref="ConfigurationException">There is nothing that could be taken over.</exception>
    public async Task<AdoptionPlan> PlanAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var found = await SchemaSurvey.ReadAsync(connection, request.Schema, cancellationToken)
            ?? throw new ConfigurationException(
                $"The schema {request.Schema} has no change log (_trigger_log), so Heroku Connect did not fill it: name another with "
                + "--schema. For a new schema nothing is to be adopted; tandem serve makes and loads it.");
        var names = (await salesforce.Describe.ListAsync(cancellationToken))
            .ToDictionary(summary => summary.Name.ToLowerInvariant(), summary => summary.Name, StringComparer.Ordinal);
        var tables = new List<TableAdoption>();
        foreach (var (table, asked) in ListTables(found, names))
            tables.Add(await PlanTableAsync(found, table, asked, names, connection, cancellationToken));
        if (tables.Count == 0)
        {
            throw new ConfigurationException(
                $"The schema {request.Schema} has a change log but no table with the columns id and sfid, so there is nothing to adopt.");
        }

        var planned = tables.Select(table => table.Table).ToHashSet(StringComparer.Ordinal);
        var check = new SchemaCheck(found, request);
        return new AdoptionPlan
        {
            Schema = request.Schema,
            OrganizationId = request.OrganizationId,
            Tables = tables,
            Replaced = check.ListReplaced(),
            Added = check.ListAdded(),
            LeftAlone =
            [
                .. found.Tables
                    .Where(table => !planned.Contains(table.Name) && !ServiceTables.Contains(table.Name))
                    .Select(table => DescribeLeft(found, table)),
            ],
            Notes = check.ListNotes(),
            SchemaProblems = check.ListProblems(),
            LifeSigns = found.LifeSigns,
            Found = found,
        };
    }

    private static readonly string[] ServiceTables =
    [
        ReservedNames.TriggerLog, ReservedNames.TriggerLogArchive, ReservedNames.Meta, ReservedNames.SalesforceEventLog, "_trigger_last_id",
    ];

    /// <summary>The tables of the file, and those that are stored; without a file, what mappings have made.</summary>
    private IEnumerable<(string Table, Mapping? Asked)> ListTables(FoundSchema found, Dictionary<string, string> names)
    {
        var stored = request.Stored.Select(mapping => (Table: TableOf(mapping), Asked: (Mapping?)mapping));
        var asked = request.Mappings is { } file
            ? file.Select(mapping => (Table: TableOf(mapping), Asked: (Mapping?)mapping))
            : found.Tables
                .Where(table => MappingFinder.IsMapped(table)
                    && (names.ContainsKey(table.Name) || MappingFinder.HasCapture(found, table)))
                .Select(table => (Table: table.Name, Asked: (Mapping?)null));
        return stored.Concat(asked)
            .DistinctBy(pair => pair.Table, StringComparer.Ordinal)
            .OrderBy(pair => pair.Table, StringComparer.Ordinal);
    }

    private static string TableOf(Mapping mapping) => mapping.ObjectName.ToLowerInvariant();

    private static string DescribeLeft(FoundSchema found, FoundTable table) => MappingFinder.HasCapture(found, table)
        ? $"{table.Name}: not in the mapping file. It stays as Heroku Connect left it: changes are logged and not sent."
        : $"{table.Name}: yours, not touched.";

    private async Task<TableAdoption> PlanTableAsync(
        FoundSchema found,
        string name,
        Mapping? asked,
        Dictionary<string, string> names,
        NpgsqlConnection connection,
        CancellationToken cancellationToken)
    {
        var table = found.Find(name);
        var adoption = new TableAdoption
        {
            ObjectName = asked?.ObjectName ?? names.GetValueOrDefault(name) ?? name,
            Table = name,
            Action = AdoptionAction.Refuse,
            Queued = found.Count(name, "NEW"),
            UnderWay = found.Count(name, "PENDING"),
            Failed = found.Count(name, "FAILED"),
        };
        if (request.Stored.Any(mapping => TableOf(mapping) == name))
            return adoption with { Action = AdoptionAction.Done };
        if (!names.TryGetValue(name, out var objectName))
        {
            return adoption with
            {
                Problems =
                [
                    $"{request.Schema}.{name}: the org has no object of this name, or the integration user may not see it. Give the user "
                    + "access; or leave the table out by a mapping file without it, with --mappings.",
                ],
            };
        }

        var description = await salesforce.Describe.DescribeAsync(objectName, cancellationToken);
        var problems = new List<string>();
        IReadOnlyList<string> own = [];
        if (asked is null && table is not null)
        {
            // The parents of all columns that could lead to one are asked for, so that each column can be told from the user's.
            var columns = new Mapping
            {
                ObjectName = objectName, Access = MappingAccess.ReadOnly, Fields = [.. table.Columns.Select(column => column.Name)],
            };
            var guess = MappingFinder.Find(
                found, table, description, await _contexts.ReadAsync(columns, description, cancellationToken));
            (asked, own) = (guess.Mapping, guess.OwnColumns);
            problems.AddRange(guess.Problems);
        }

        if (asked is null)
            return adoption;
        adoption = adoption with { ObjectName = objectName, Mapping = asked };
        var context = await _contexts.ReadAsync(asked, description, cancellationToken);
        if (MappedObjectBuilder.Build(asked, description, context, problems) is not { } mapped)
            return adoption with { Problems = problems };
        if (table is null)
        {
            return adoption with
            {
                Action = AdoptionAction.Load, Notes = ["There is no such table yet: the next start of the server makes and loads it."],
            };
        }

        if (own.Count == 0)
        {
            var used = mapped.Columns.Append(ReservedNames.Id).Append(ReservedNames.LastOperation).Append(ReservedNames.Error);
            own = [.. table.Columns.Select(column => column.Name).Except(used, StringComparer.Ordinal)];
        }

        return await new TableCheck(found, table, mapped, connection)
            .PlanAsync(adoption with { Problems = problems }, own, FindCursor, CountAsync, cancellationToken);
    }

    /// <summary>A row that is stamped later than the org's clock shows must not lead the reading past what comes until then.</summary>
    private DateTime? FindCursor(DateTime? newest)
    {
        var now = salesforce.OrgNow?.UtcDateTime;
        return (newest > now ? now : newest) - options.Overlap;
    }

    private Task<int> CountAsync(MappedObject mapped, CancellationToken cancellationToken) =>
        salesforce.Soql.CountAsync(mapped.Select("COUNT()", condition: null), cancellationToken);
}
