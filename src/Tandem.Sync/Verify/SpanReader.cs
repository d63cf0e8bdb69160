using System.Runtime.CompilerServices;
using Npgsql;
using Tandem.Postgres.Tables;
using Tandem.Salesforce;
using Tandem.Salesforce.Soql;
using Tandem.Sync.Faults;
using Tandem.Sync.Pull;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Verify;

/// <summary>
/// Reads one span of an object's records, or one share of their values, and leaves those that seem to differ as suspects in the
/// session's temporary table. Rows that others change meanwhile become suspects too; <see cref="SuspectCheck"/> tells them apart.
/// </summary>
internal sealed class SpanReader(SalesforceClient salesforce, VerifyOptions options)
{
    private readonly OrgRows _rows = new(salesforce, options);

    /// <summary>Compares ids and stamps, and at <see cref="VerifyLevel.Values"/> every mapped value, of the records of a span.</summary>
    public async Task CompareAsync(
        MappedObject mapped, NpgsqlConnection connection, VerifyWindow span, VerifyLevel level, CancellationToken cancellationToken)
    {
        await TableWindows.BeginAsync(connection, cancellationToken);
        var names = level == VerifyLevel.Values ? FieldNames(mapped) : [mapped.CursorField, "Id"];
        var stampAt = names.FindIndex(name => name.Equals(mapped.CursorField, StringComparison.OrdinalIgnoreCase));
        var condition = OrgScope.Narrow(mapped, OrgCounts.Condition(mapped, span.Range));
        var query = mapped.Select(string.Join(',', names), condition);
        var batches = _rows.ReadAsync(query, names, OrgScope.IncludesDeleted(mapped), span.SalesforceRows, cancellationToken);
        await foreach (var batch in batches)
        {
            var stamps = batch.Select(row => row.Values[stampAt] is { } text ? SalesforceTime.Parse(text) : DateTime.MinValue).ToList();
            await TableWindows.TellAsync(connection, [.. batch.Select(row => row.Id)], stamps, cancellationToken);
            if (level == VerifyLevel.Values)
                await SuspectByValueAsync(mapped, connection, batch, cancellationToken);
            Failpoints.Reach("verify.batch.told");
        }

        var windows = new TableWindows(mapped.Table, mapped.CursorColumn());
        await windows.SuspectByStampAsync(connection, span.Range.From, span.Range.To, cancellationToken);
    }

    /// <summary>Compares the values of the next records in the order of their ids, by REST, a page at a time.</summary>
    /// <param name="after">The id behind which the share begins; null at the beginning.</param>
    /// <returns>After each page, with its suspects in the table: its last id and its number of rows.</returns>
    public async IAsyncEnumerable<(string LastId, int Rows)> CompareShareAsync(
        MappedObject mapped,
        NpgsqlConnection connection,
        string? after,
        DateTime horizon,
        long most,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var names = FieldNames(mapped);
        var condition = OrgCounts.Condition(mapped, new TimeRange(DateTime.MinValue, horizon));
        if (after is not null)
            condition += $" AND Id > {SoqlText.Literal(after)}";
        var query = $"{mapped.Select(OrgScope.Narrow(mapped, condition))} ORDER BY Id LIMIT {most}";
        await foreach (var batch in _rows.ReadPagesAsync(query, names, OrgScope.IncludesDeleted(mapped), cancellationToken))
        {
            if (batch.Count == 0)
                continue;
            await TableWindows.BeginAsync(connection, cancellationToken);
            await SuspectByValueAsync(mapped, connection, batch, cancellationToken);
            yield return (batch[^1].Id, batch.Count);
        }
    }

    private static List<string> FieldNames(MappedObject mapped) => [.. mapped.Fields.Select(field => field.Description.Name)];

    private static async Task SuspectByValueAsync(
        MappedObject mapped, NpgsqlConnection connection, IReadOnlyList<OrgRow> batch, CancellationToken cancellationToken)
    {
        var sample = new TableSample(mapped.Table, mapped.Columns);
        var rows = await sample.ReadAsync(connection, [.. batch.Select(row => row.Id)], cancellationToken);
        var suspects = batch
            .Where(record => !rows.TryGetValue(record.Id, out var row)
                || ValueCheck.FindDifferent(mapped, row.Values, record.Values).Count > 0)
            .Select(record => record.Id)
            .ToList();
        if (suspects.Count > 0)
            await TableWindows.SuspectAsync(connection, suspects, cancellationToken);
    }
}
