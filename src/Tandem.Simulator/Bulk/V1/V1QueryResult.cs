using Tandem.Simulator.Soql;

namespace Tandem.Simulator.Bulk.V1;

/// <summary>The rows of a query batch, rendered each time they are read.</summary>
internal sealed record V1QueryResult
{
    public required string Id { get; init; }

    public required BoundQuery Query { get; init; }

    public required IReadOnlyList<QueryRow> Rows { get; init; }
}
