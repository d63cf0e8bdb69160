using Tandem.Postgres.Adopt;
using Tandem.Sync.Catalog;

namespace Tandem.Sync.Adopt;

/// <summary>All that an adoption of a schema would do. Made by <see cref="AdoptionPlanner"/>, which changes nothing.</summary>
public sealed record AdoptionPlan
{
    public required string Schema { get; init; }

    public required string OrganizationId { get; init; }

    /// <summary>By the tables' names.</summary>
    public required IReadOnlyList<TableAdoption> Tables { get; init; }

    /// <summary>What is replaced and added for the schema as a whole.</summary>
    public required IReadOnlyList<string> Replaced { get; init; }

    public required IReadOnlyList<string> Added { get; init; }

    /// <summary>Tables of the schema that stay as they are.</summary>
    public required IReadOnlyList<string> LeftAlone { get; init; }

    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>What stands against the schema as a whole.</summary>
    public required IReadOnlyList<string> SchemaProblems { get; init; }

    /// <summary>What tells of Heroku Connect at work.</summary>
    public required IReadOnlyList<LifeSign> LifeSigns { get; init; }

    /// <summary>The schema as it was when the plan was made.</summary>
    public required FoundSchema Found { get; init; }

    /// <summary>Everything that a person must see to first; empty when the plan can be carried out.</summary>
    public IReadOnlyList<string> Problems => [.. SchemaProblems, .. Tables.SelectMany(table => table.Problems)];

    /// <summary>The mappings that are stored with the adoption.</summary>
    public IReadOnlyList<Mapping> Mappings =>
    [
        .. Tables.Where(table => table.Action is AdoptionAction.Adopt or AdoptionAction.Load)
            .Select(table => table.Mapping).OfType<Mapping>(),
    ];

    /// <summary>Nothing is left to do.</summary>
    public bool IsDone => Problems.Count == 0 && Tables.All(table => table.Action == AdoptionAction.Done);
}
