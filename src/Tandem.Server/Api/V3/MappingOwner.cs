namespace Tandem.Server.Api.V3;

/// <summary>The connection of a mapping.</summary>
internal sealed record MappingOwner(Guid Id);
