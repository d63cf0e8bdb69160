namespace Tandem.Sync.Catalog.Access;

/// <summary>A change that stands in the audit trail, with its place and its time.</summary>
/// <param name="Id">Rises with each note; the newest of a page's predecessors is asked for by the lowest id of the page.</param>
public sealed record AuditNote(long Id, DateTimeOffset NotedAt, AuditEntry Entry);
