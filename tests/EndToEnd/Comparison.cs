using System.Globalization;
using System.Text.Json;
using Npgsql;

namespace Tandem.Tests.EndToEnd;

/// <summary>
/// Compares every mapped value of every row on both sides, read by SQL and REST in words of its own: Postgres writes each value as
/// text in the form that the org's JSON has.
/// </summary>
internal static class Comparison
{
    private const int MostExamples = 20;

    /// <summary>One line for each difference, of which only the first are told; empty when both sides are equal.</summary>
    public static async Task<IReadOnlyList<string>> FindDifferencesAsync(
        NpgsqlDataSource database, OrgApi org, MappedTable table, CancellationToken cancellationToken)
    {
        var records = await org.QueryAsync($"SELECT {string.Join(',', table.Fields)} FROM {table.ObjectName}", cancellationToken);
        var theirs = records.ToDictionary(
            record => record.GetProperty("Id").GetString() ?? "",
            record => table.Fields.Select(field => ToText(record.GetProperty(field))).ToArray());
        var differences = new List<string>();
        foreach (var (sfid, ours) in await ReadRowsAsync(database, table, cancellationToken))
        {
            if (sfid is null || !theirs.Remove(sfid, out var values))
            {
                differences.Add($"{table.ObjectName} {sfid ?? "without sfid"} stands only in Postgres: {string.Join('|', ours)}");
            }
            else
            {
                differences.AddRange(table.Fields.Where((_, i) => ours[i] != values[i])
                    .Select(field => $"{table.ObjectName} {sfid} differs in {field}: "
                        + $"{string.Join('|', ours)} / {string.Join('|', values)}"));
            }
        }

        differences.AddRange(theirs.Values.Select(values => $"{table.ObjectName} stands only in Salesforce: {string.Join('|', values)}"));
        return [.. differences.Take(MostExamples)];
    }

    private static async Task<List<(string? Sfid, string?[] Values)>> ReadRowsAsync(
        NpgsqlDataSource database, MappedTable table, CancellationToken cancellationToken)
    {
        var types = await ReadTypesAsync(database, table, cancellationToken);
        var columns = table.Fields.Select(MappedTable.ColumnOf).Select(column => AsText(column, types[column]));
        await using var command = database.CreateCommand($"select sfid, {string.Join(", ", columns)} from salesforce.{table.Table}");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<(string?, string?[])>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var texts = Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? null : reader.GetString(i)).ToList();
            rows.Add((texts[0], [.. texts[1..]]));
        }

        return rows;
    }

    private static async Task<Dictionary<string, string>> ReadTypesAsync(
        NpgsqlDataSource database, MappedTable table, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            "select column_name, data_type from information_schema.columns where table_schema = 'salesforce' and table_name = $1");
        command.Parameters.Add(new NpgsqlParameter { Value = table.Table });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var types = new Dictionary<string, string>();
        while (await reader.ReadAsync(cancellationToken))
        {
            types.Add(reader.GetString(0), reader.GetString(1));
        }

        return types;
    }

    private static string AsText(string column, string type) => type switch
    {
        "timestamp without time zone" => $"""to_char({column}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"+0000"')""",
        "double precision" => $"trim_scale({column}::numeric)::text",
        _ => $"{column}::text",
    };

    private static string? ToText(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetDecimal().ToString("0.##################", CultureInfo.InvariantCulture),
        _ => value.GetRawText(),
    };
}
