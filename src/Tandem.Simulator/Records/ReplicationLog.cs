using Tandem.Simulator.Data;
using Tandem.Simulator.Http;

namespace Tandem.Simulator.Records;

/// <summary>
/// What a span of time changed or deleted, as REST and SOAP both answer it; moments are cut to the minute. Source: salesforce-api.md,
/// section 2.7.
/// </summary>
internal static class ReplicationLog
{
    private const int MaxIds = 600_000;
    private static readonly TimeSpan UpdatedPeriod = TimeSpan.FromDays(30);
    private static readonly TimeSpan DeletedPeriod = TimeSpan.FromDays(15);

    public static (IReadOnlyList<string> Ids, DateTime LatestDateCovered) Updated(
        Org org, ObjectTable table, DateTime startDate, DateTime endDate)
    {
        RefuseUnreplicated(table);
        var (start, end) = Span(org, startDate, endDate, UpdatedPeriod);
        var covered = Covered(org, end);
        var stamp = table.Type.SystemModstampOrdinal;
        var ids = table.Records.Where(record => !record.IsDeleted && record[stamp] is DateTime at && at >= start && at < end)
            .Select(record => record.Id).Order(StringComparer.Ordinal).ToList();
        RefuseMany(ids.Count);
        return (ids, covered);
    }

    /// <param name="holdsGate">Whether the call works within a transaction that holds the org's gate already.</param>
    public static async
        Task<(IReadOnlyList<DeletedEntry> Entries, DateTime EarliestDateAvailable, DateTime LatestDateCovered)> DeletedAsync(
        Org org, ObjectTable table, DateTime startDate, DateTime endDate, bool holdsGate, CancellationToken cancellationToken)
    {
        RefuseUnreplicated(table);
        var (start, end) = Span(org, startDate, endDate, DeletedPeriod);
        var covered = Covered(org, end);
        var log = await ReadLogAsync(org, table, holdsGate, cancellationToken);
        var entries = log.FindAll(entry => entry.DeletedDate >= start && entry.DeletedDate < end);
        RefuseMany(entries.Count);
        return (entries, Minute(org.Now() - DeletedPeriod), covered);
    }

    private static async Task<List<DeletedEntry>> ReadLogAsync(
        Org org, ObjectTable table, bool holdsGate, CancellationToken cancellationToken)
    {
        if (holdsGate)
            return [.. table.DeleteLog];
        using (await org.Gate.EnterAsync(cancellationToken))
            return [.. table.DeleteLog];
    }

    private static void RefuseMany(int count)
    {
        if (count > MaxIds)
            throw new ApiException(400, "EXCEEDED_ID_LIMIT", $"The span holds {count} records; at most {MaxIds} are answered");
    }

    private static void RefuseUnreplicated(ObjectTable table)
    {
        if (!table.Type.IsReplicateable)
            throw new ApiException(400, "INVALID_TYPE", $"{table.Type.Name} is not replicateable");
    }

    private static (DateTime Start, DateTime End) Span(Org org, DateTime startDate, DateTime endDate, TimeSpan period)
    {
        var (start, end) = (Minute(startDate), Minute(endDate));
        if (start >= end)
            throw Invalid("startDate cannot be equal to or after endDate; both are cut to the minute");
        if (start < org.Now() - period - TimeSpan.FromMinutes(1))
            throw Invalid($"startDate cannot be more than {period.Days} days ago");
        return (start, end);
    }

    /// <summary>What is not committed yet may carry a stamp as old as the start of its transaction.</summary>
    private static DateTime Covered(Org org, DateTime end)
    {
        var covered = Minute(org.LatestDateCovered());
        return covered < end ? covered : end;
    }

    private static DateTime Minute(DateTime moment) => new(moment.Ticks - (moment.Ticks % TimeSpan.TicksPerMinute), DateTimeKind.Utc);

    private static ApiException Invalid(string message) => new(400, "INVALID_REPLICATION_DATE", message);
}
