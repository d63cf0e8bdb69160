namespace Tandem.Server.Api.V3;

/// <summary>What a connection has done last.</summary>
internal sealed record ConnectionMetrics(DateTimeOffset? LastWriteActivityTime);
