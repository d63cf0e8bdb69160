using Npgsql;
using Tandem.Postgres.Tables;
using Tandem.Salesforce;
using Tandem.Sync.Running.Allowance;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Verify;

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
                var columns = mapped.Fields.Where((field, i) => !ValueCheck.IsSame(field, rows.Current[i], records.Current.Values[i]));
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
        var names = mapped.Fields.Select(field => field.Description.Name).ToList();
        var query = $"{mapped.Select()} ORDER BY Id";
        await foreach (var page in salesforce.For(mapped.Name, CallKind.Verify).Soql.QueryAsync(
            query, includeDeleted: false, cancellationToken))
        {
            using (page)
            {
                foreach (var record in page.Records)
                {
                    var values = names.Select(name => ValueCheck.Read(record, name)).ToArray();
                    yield return (values[^1] ?? "", values);
                }
            }
        }
    }
}
