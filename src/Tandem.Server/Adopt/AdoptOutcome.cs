using Tandem.Sync.Adopt;
using Tandem.Sync.Verify;

namespace Tandem.Server.Adopt;

/// <summary>What an adoption came to.</summary>
public sealed record AdoptOutcome
{
    public required AdoptionPlan Plan { get; init; }

    /// <summary>The plan as a mapping file of version 1.</summary>
    public required string MappingFile { get; init; }

    /// <summary>Why nothing was changed; empty when the plan can be, or was, carried out.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    public bool WasApplied { get; init; }

    /// <summary>Empty when both sides were not compared.</summary>
    public IReadOnlyList<VerifyReport> Reports { get; init; } = [];

    /// <summary>Why the comparison did not come to its end, though the schema is taken over; null when all went well.</summary>
    public string? LookProblem { get; init; }
}
