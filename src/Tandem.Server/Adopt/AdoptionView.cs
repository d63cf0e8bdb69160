using System.Text.Json.Nodes;
using Tandem.Sync.Verify;

namespace Tandem.Server.Adopt;

/// <summary>
/// What an adoption came to as it is told: by the REST API, by <c>tandem adopt --json</c>, and on the screen. The same either way.
/// </summary>
public sealed record AdoptionView
{
    public required string Schema { get; init; }

    public required string OrganizationId { get; init; }

    public required bool DryRun { get; init; }

    /// <summary>The schema is taken over already.</summary>
    public required bool NothingToDo { get; init; }

    public required bool Applied { get; init; }

    /// <summary>Why nothing was changed; empty when the plan can be, or was, carried out.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    /// <summary>What is replaced and added for the schema as a whole.</summary>
    public required IReadOnlyList<string> Replaced { get; init; }

    public required IReadOnlyList<string> Added { get; init; }

    public required IReadOnlyList<string> LeftAlone { get; init; }

    public required IReadOnlyList<string> Notes { get; init; }

    public required IReadOnlyList<AdoptedTableView> Tables { get; init; }

    /// <summary>The mapping file that the tables amount to.</summary>
    public required JsonNode? MappingFile { get; init; }

    /// <summary>Empty when both sides were not compared.</summary>
    public required IReadOnlyList<VerifyReport> Reports { get; init; }

    /// <summary>Why the comparison did not come to its end, though the schema is taken over; null when all went well.</summary>
    public required string? LookProblem { get; init; }

    public static AdoptionView Of(AdoptOutcome outcome, bool isDryRun)
    {
        var plan = outcome.Plan;
        return new AdoptionView
        {
            Schema = plan.Schema,
            OrganizationId = plan.OrganizationId,
            DryRun = isDryRun,
            NothingToDo = plan.IsDone,
            Applied = outcome.WasApplied,
            Problems = outcome.Problems,
            Replaced = plan.Replaced,
            Added = plan.Added,
            LeftAlone = plan.LeftAlone,
            Notes = plan.Notes,
            Tables = [.. plan.Tables.Select(AdoptedTableView.Of)],
            MappingFile = JsonNode.Parse(outcome.MappingFile),
            Reports = outcome.Reports,
            LookProblem = outcome.LookProblem,
        };
    }
}
