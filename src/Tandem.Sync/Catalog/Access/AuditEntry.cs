using System.Text.Json.Nodes;

namespace Tandem.Sync.Catalog.Access;

/// <summary>One change as the audit trail keeps it.</summary>
public sealed record AuditEntry
{
    public required Actor Actor { get; init; }

    /// <summary>The kind of thing and what was done to it: <c>mapping.delete</c>, <c>token.create</c>.</summary>
    public required string Action { get; init; }

    /// <summary>The thing's name; null when the action says it all.</summary>
    public string? Subject { get; init; }

    /// <summary>Null when the change belongs to none.</summary>
    public Guid? ConnectionId { get; init; }

    /// <summary>What was changed, as it was; null for what is new.</summary>
    public JsonNode? Before { get; init; }

    /// <summary>As it is now; null for what is gone.</summary>
    public JsonNode? After { get; init; }
}
