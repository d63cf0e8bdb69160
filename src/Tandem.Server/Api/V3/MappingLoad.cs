namespace Tandem.Server.Api.V3;

/// <summary>How far the reading of a mapping's records has come.</summary>
/// <param name="RowsTotal">Null before the org has told it.</param>
internal sealed record MappingLoad(long RowsDone, long? RowsTotal);
