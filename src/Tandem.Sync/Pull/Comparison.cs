using System.Globalization;
using System.Text.Json;
using Npgsql;
using Tandem.Postgres.Tables;
using Tandem.Salesforce;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Pull;

/// <summary>
/// Compares every mapped value of every row on both sides, both read in the order of their ids and held one page at a time. The
/// org's values are read by REST and as JSON, not by the way that the loads take, so that a fault of that way shows too. Meaningful
/// only at rest: what changes meanwhile counts as different.
/// </summary>
public sealed class Comparison(SalesforceClient salesforce)
{
    private const int MostExamples = 20;

    /// <returns>How many rows were compared, how many differ, and where the first of them do.</returns>
    public async Task<ComparisonResult> RunAsync(MappedObject mapped, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var result = new ComparisonResult { ObjectName = mapped.Name };
        var table = new TableReader(mapped.Table);
        await using var rows = table.ReadOrderedAsync(connection, mapped.Columns, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using var records = ReadRecordsAsync(mapped, cancellationToken).GetAsyncEnumerator(cancellationToken);
        var hasRow = await rows.MoveNextAsync();
        var hasRecord = await records.MoveNextAsync();
        while (hasRow || hasRecord)
        {
            var sfid = hasRow ? rows.Current[^1] as string : null;
            var id = hasRecord ? records.Current.Id : null;
            var order = !hasRow ? 1 : !hasRecord || sfid is null ? -1 : string.CompareOrdinal(sfid, id);
            if (order == 0)
            {
                var columns = mapped.Fields.Where((field, i) => !IsSame(field, rows.Current[i], records.Current.Values[i]));
                result = Note(result, $"{sfid}: ", [.. columns.Select(field => field.Column.Name)]);
            }
            else
            {
                result = Note(
                    result,
                    order < 0 ? $"{sfid ?? "a row without sfid"}: " : $"{id}: ",
                    [order < 0 ? "only in Postgres" : "only in Salesforce"]);
            }

            if (order <= 0)
                hasRow = await rows.MoveNextAsync();
            if (order >= 0)
                hasRecord = await records.MoveNextAsync();
        }

        return result;
    }

    private static ComparisonResult Note(ComparisonResult result, string subject, IReadOnlyList<string> differences)
    {
        result = result with { Rows = result.Rows + 1 };
        if (differences.Count == 0)
            return result;
        result = result with { Differences = result.Differences + 1 };
        return result.Examples.Count >= MostExamples
            ? result
            : result with { Examples = [.. result.Examples, subject + string.Join(", ", differences)] };
    }

    private async IAsyncEnumerable<(string Id, string?[] Values)> ReadRecordsAsync(
        MappedObject mapped, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var query = $"SELECT {mapped.SelectList} FROM {mapped.Name} ORDER BY Id";
        await foreach (var page in salesforce.Soql.QueryAsync(query, includeDeleted: false, cancellationToken))
        {
            using (page)
            {
                foreach (var record in page.Records)
                {
                    var values = mapped.Fields.Select(field => Read(field, record)).ToArray();
                    yield return (values[^1] ?? "", values);
                }
            }
        }
    }

    private static string? Read(MappedField field, JsonElement record) => field.TryRead(record, out var value)
        ? ToText(value)
        : throw new FormatException($"A record came without the field {field.Description.Name}.");

    private static string? ToText(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => value.GetString(),
        _ => value.GetRawText(),
    };

    private static bool IsSame(MappedField field, object? row, string? record)
    {
        if (row is null || record is null)
            return row is null && record is null;
        var culture = CultureInfo.InvariantCulture;
        return row switch
        {
            string text => text == record,
            bool truth => truth == bool.Parse(record),
            int or long => Convert.ToDecimal(row, culture) == decimal.Parse(record, NumberStyles.Float, culture),
            decimal exact => exact == Math.Round(
                decimal.Parse(record, NumberStyles.Float, culture),
                field.Column.Type.Length > 0 ? field.Column.Type.Scale : 28,
                MidpointRounding.AwayFromZero),
            double number => number.Equals(double.Parse(record, culture)),
            DateOnly date => date == DateOnly.ParseExact(record, "yyyy-MM-dd", culture),
            DateTime moment => DateTime.SpecifyKind(moment, DateTimeKind.Utc) == SalesforceTime.Parse(record),
            TimeOnly time => time == TimeOnly.Parse(record.TrimEnd('Z'), culture),
            _ => throw new InvalidOperationException(
                $"The column {field.Column.Name} came back as {row.GetType()}, which no mapped column has."),
        };
    }
}
