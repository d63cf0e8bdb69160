namespace Tandem.Server.Api.V3;

/// <summary>
/// Rows of the table, records in the org, changes that wait, changes that failed. <c>Count</c> is the table's rows for older clients.
/// Source: heroku-connect.md, section 20.
/// </summary>
internal sealed record MappingCounts(long? Db, long? Sf, long Pending, long Errors)
{
    public long? Count => Db;
}
