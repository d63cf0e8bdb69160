using System.Text.Json;
using Tandem.Salesforce;
using Tandem.Salesforce.Soql;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Verify;

/// <summary>
/// Counts an object's records in the org by windows of the cursor field: one aggregate query tells up to 2,000 windows. A query that
/// the org finds too long is asked again in halves. Source: salesforce-api.md, section 4.
/// </summary>
internal sealed class OrgCounts(SalesforceClient salesforce)
{
    private const int MostGroups = 2_000;

    /// <summary>No record is older than the range of a datetime.</summary>
    private static readonly DateTime Earliest = new(1700, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private static readonly TimeSpan ShortestHalf = TimeSpan.FromHours(1);

    /// <summary>Counts by the start of each window that has records, UTC. Windows are cut at the ends of the ranges.</summary>
    public async Task<Dictionary<DateTime, long>> CountAsync(
        MappedObject mapped, WindowUnit unit, IReadOnlyList<TimeRange> ranges, CancellationToken cancellationToken)
    {
        var counts = new Dictionary<DateTime, long>();
        var mostInRange = unit switch { WindowUnit.Month => MostGroups, WindowUnit.Day => 31, _ => 24 };
        foreach (var chunk in ranges.Chunk(MostGroups / mostInRange))
            await CountAsync(mapped, unit, chunk, counts, cancellationToken);
        return counts;
    }

    private async Task CountAsync(
        MappedObject mapped,
        WindowUnit unit,
        IReadOnlyList<TimeRange> ranges,
        Dictionary<DateTime, long> counts,
        CancellationToken cancellationToken)
    {
        try
        {
            await QueryAsync(mapped, unit, ranges, counts, cancellationToken);
        }
        catch (SalesforceException exception)
            when (exception.Code is "QUERY_TIMEOUT" or "OPERATION_TOO_LARGE" or "EXCEEDED_ID_LIMIT" && CanHalve(ranges))
        {
            foreach (var half in Halve(ranges))
                await CountAsync(mapped, unit, half, counts, cancellationToken);
        }
    }

    private async Task QueryAsync(
        MappedObject mapped,
        WindowUnit unit,
        IReadOnlyList<TimeRange> ranges,
        Dictionary<DateTime, long> counts,
        CancellationToken cancellationToken)
    {
        var field = mapped.CursorField;
        string[] functions = [$"CALENDAR_YEAR({field})", $"CALENDAR_MONTH({field})", $"DAY_IN_MONTH({field})", $"HOUR_IN_DAY({field})"];
        string[] names = ["y", "m", "d", "h"];
        var parts = 2 + (int)unit;
        var list = string.Join(", ", functions.Zip(names).Take(parts).Select(part => $"{part.First} {part.Second}"));
        var condition = string.Join(" OR ", ranges.Select(range => $"({Condition(mapped, range)})"));
        var query = $"{mapped.Select($"{list}, COUNT(Id) n", OrgScope.Narrow(mapped, condition))}"
            + $" GROUP BY {string.Join(", ", functions.Take(parts))}";
        await foreach (var page in salesforce.Soql.QueryAsync(query, OrgScope.IncludesDeleted(mapped), cancellationToken))
        {
            using (page)
            {
                foreach (var group in page.Records)
                {
                    int Part(int at) => at < parts ? group.GetProperty(names[at]).GetInt32() : at == 2 ? 1 : 0;
                    var start = new DateTime(Part(0), Part(1), Part(2), Part(3), 0, 0, DateTimeKind.Utc);
                    counts[start] = counts.GetValueOrDefault(start) + Number(group.GetProperty("n"));
                }
            }
        }
    }

    /// <summary>A SOQL condition for the records of a range.</summary>
    public static string Condition(MappedObject mapped, TimeRange range)
    {
        var before = $"{mapped.CursorField} < {Moment(range.To)}";
        return range.From == DateTime.MinValue ? before : $"{mapped.CursorField} >= {Moment(range.From)} AND {before}";
    }

    private static string Moment(DateTime moment) =>
        SoqlText.DateTime(new DateTimeOffset(DateTime.SpecifyKind(moment, DateTimeKind.Utc)));

    private static long Number(JsonElement value) => (long)value.GetDouble();

    private static bool CanHalve(IReadOnlyList<TimeRange> ranges) =>
        ranges.Count > 1 || ranges[0].From == DateTime.MinValue || ranges[0].To - ranges[0].From > ShortestHalf;

    private static IEnumerable<IReadOnlyList<TimeRange>> Halve(IReadOnlyList<TimeRange> ranges)
    {
        if (ranges.Count > 1)
            return [[.. ranges.Take(ranges.Count / 2)], [.. ranges.Skip(ranges.Count / 2)]];
        var range = ranges[0];
        var from = range.From == DateTime.MinValue ? Earliest : range.From;
        var middle = from + (range.To - from) / 2;
        middle = middle.AddTicks(-(middle.Ticks % TimeSpan.TicksPerSecond));
        return [[range with { To = middle }], [range with { From = middle }]];
    }
}
