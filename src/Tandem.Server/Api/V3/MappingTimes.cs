namespace Tandem.Server.Api.V3;

/// <summary>When each side was last read and written, as the contract spells these moments; null where nobody knows.</summary>
internal sealed record MappingTimes(string? SfPoll, string? SfWrite, string? DbPoll, string? DbWrite);
