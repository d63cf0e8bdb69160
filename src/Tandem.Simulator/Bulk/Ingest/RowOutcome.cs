namespace Tandem.Simulator.Bulk.Ingest;

/// <summary>What became of one uploaded row, by its place in the upload; an error, when there is one, is spelled as results show it.</summary>
internal readonly record struct RowOutcome(int Row, string? Id, bool IsCreated, string? Error);
