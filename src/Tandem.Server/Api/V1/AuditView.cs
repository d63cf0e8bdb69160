using System.Text.Json.Nodes;
using Tandem.Sync.Catalog.Access;

namespace Tandem.Server.Api.V1;

/// <summary>A change of configuration: who, what, when, and how it was before and after.</summary>
internal sealed record AuditView
{
    public required long Id { get; init; }

    public required DateTimeOffset NotedAt { get; init; }

    public required AuditActor Actor { get; init; }

    /// <summary>The kind of thing and what was done to it, such as <c>mapping.delete</c>.</summary>
    public required string Action { get; init; }

    public required string? Subject { get; init; }

    public required Guid? ConnectionId { get; init; }

    public required JsonNode? Before { get; init; }

    public required JsonNode? After { get; init; }

    public static AuditView Of(AuditNote note) => new()
    {
        Id = note.Id,
        NotedAt = note.NotedAt,
        Actor = new AuditActor(note.Entry.Actor.Kind, note.Entry.Actor.Id, note.Entry.Actor.Name, note.Entry.Actor.Address),
        Action = note.Entry.Action,
        Subject = note.Entry.Subject,
        ConnectionId = note.Entry.ConnectionId,
        Before = note.Entry.Before,
        After = note.Entry.After,
    };
}
