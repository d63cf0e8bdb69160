using System.Text.Json;
using System.Text.Json.Nodes;
using Tandem.Server.Adopt;
using Tandem.Sync.Adopt;
using Tandem.Sync.Catalog;
using Tandem.Sync.Verify;

namespace Tandem.Cli;

/// <summary>What <c>tandem adopt --json</c> prints: the plan, what came of it, and the mapping file that the tables amount to.</summary>
internal static class AdoptJson
{
    private static readonly JsonSerializerOptions Indented = new(VerifyJson.Options) { WriteIndented = true };

    public static string Write(AdoptOutcome outcome, bool isDryRun)
    {
        var plan = outcome.Plan;
        return JsonSerializer.Serialize(
            new
            {
                plan.Schema,
                plan.OrganizationId,
                DryRun = isDryRun,
                NothingToDo = plan.IsDone,
                Applied = outcome.WasApplied,
                outcome.Problems,
                plan.Replaced,
                plan.Added,
                plan.LeftAlone,
                plan.Notes,
                Tables = plan.Tables.Select(Describe),
                MappingFile = JsonNode.Parse(outcome.MappingFile),
                outcome.Reports,
                outcome.LookProblem,
            },
            Indented);
    }

    private static object Describe(TableAdoption table) => new
    {
        table.ObjectName,
        table.Table,
        table.Action,
        Access = table.Mapping is { } mapping ? mapping.Access == MappingAccess.ReadWrite ? "read_write" : "read_only" : null,
        table.Mapping?.UpsertField,
        table.Contents?.Rows,
        table.Contents?.Records,
        table.SalesforceRecords,
        table.Cursor,
        table.Queued,
        table.UnderWay,
        table.Failed,
        table.Kept,
        table.Replaced,
        table.Added,
        table.Notes,
        table.Problems,
    };
}
