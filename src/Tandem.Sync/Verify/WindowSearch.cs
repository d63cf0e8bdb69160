using Npgsql;
using Tandem.Postgres.Tables;
using Tandem.Salesforce;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Verify;

/// <summary>
/// Finds the spans that a run must read. Both sides are counted by month; where a month is too large to be read at once it is counted
/// by day and then by hour. At <see cref="VerifyLevel.Counts"/> only windows whose counts differ are wanted, so that equal sides cost
/// one API call.
/// </summary>
internal sealed class WindowSearch(SalesforceClient salesforce, VerifyOptions options)
{
    /// <summary>One REST page: what is smaller is cheaper to read than to count again.</summary>
    private const int PageRows = 2_000;

    private readonly OrgCounts _counts = new(salesforce);

    public async Task<List<VerifyWindow>> FindAsync(
        MappedObject mapped, NpgsqlConnection connection, VerifyLevel level, VerifyTally tally, CancellationToken cancellationToken)
    {
        var isByCount = level == VerifyLevel.Counts;
        var limit = isByCount ? Math.Min(PageRows, options.RestRows) : options.WindowRows;
        var whole = new TimeRange(tally.Report.DoneTo ?? DateTime.MinValue, tally.Report.Horizon);
        var windows = await CountAsync(mapped, connection, WindowUnit.Month, [whole], cancellationToken);
        // The totals belong to the whole run; one that goes on sees only what is left.
        if (tally.Report.DoneTo is null)
        {
            tally.Change(report => report with
            {
                Windows = windows.Count,
                SalesforceRows = windows.Sum(window => window.SalesforceRows),
                PostgresRows = windows.Sum(window => window.PostgresRows),
            });
        }

        foreach (var unit in new[] { WindowUnit.Day, WindowUnit.Hour })
        {
            var large = windows.Where(window => IsWanted(window) && window.Rows > limit).ToList();
            if (large.Count == 0)
                break;
            var parts = await CountAsync(mapped, connection, unit, [.. large.Select(window => window.Range)], cancellationToken);
            windows = [.. windows.Except(large).Concat(parts).OrderBy(window => window.Range.From)];
        }

        return WindowPlan.Join(windows, IsWanted, isByCount ? options.RestRows : options.WindowRows);

        bool IsWanted(VerifyWindow window) => !isByCount || window.IsDifferent;
    }

    private async Task<List<VerifyWindow>> CountAsync(
        MappedObject mapped,
        NpgsqlConnection connection,
        WindowUnit unit,
        IReadOnlyList<TimeRange> ranges,
        CancellationToken cancellationToken)
    {
        var salesforceCounts = await _counts.CountAsync(mapped, unit, ranges, cancellationToken);
        var postgresCounts = await new TableWindows(mapped.Table, mapped.CursorColumn()).CountAsync(
            connection,
            unit switch { WindowUnit.Month => "month", WindowUnit.Day => "day", _ => "hour" },
            [.. ranges.Select(range => (range.From, range.To))],
            cancellationToken);
        return WindowPlan.Build(unit, ranges, salesforceCounts, postgresCounts);
    }
}
