using Tandem.Postgres.Tables;
using Tandem.Sync.Catalog;
using Tandem.Sync.Pull;

namespace Tandem.Sync.Schema;

/// <summary>What is to be done to a table so that it follows its mapping and the org; made without changing anything.</summary>
public sealed record TablePlan
{
    /// <summary>As it was asked for; the model may leave lost fields out.</summary>
    public required Mapping Asked { get; init; }

    public required MappedObject Mapped { get; init; }

    /// <summary>Null makes the table.</summary>
    public required TableDifference? Difference { get; init; }

    /// <summary>What the table's rows are known to follow; null for one that nobody has noted.</summary>
    public required TableContent? Content { get; init; }

    public required IReadOnlyList<SchemaChange> Changes { get; init; }

    /// <summary>Why the mapping must not go on until a person has acted; null when it may.</summary>
    public string? Stop { get; init; }
}
