using Tandem.Sync.Catalog.Access;

namespace Tandem.Server.Api.V1;

/// <summary>Who made a change: by id and by the name of that time.</summary>
internal sealed record AuditActor(ActorKind Kind, Guid? Id, string Name, string? Address);
