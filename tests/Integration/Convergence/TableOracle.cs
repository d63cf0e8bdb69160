using System.Globalization;
using Tandem.Sync.Catalog;
using Tandem.Tests.Integration.Sync;

namespace Tandem.Tests.Integration.Convergence;

/// <summary>
/// Compares a table with the records in the org's own memory, value by value, in words that share nothing with the program: no query,
/// no describe, no encoder.
/// </summary>
internal static class TableOracle
{
    private const int MostLines = 12;

    /// <summary>One line for each difference, with ids and columns and both values; empty when all is equal.</summary>
    public static async Task<IReadOnlyList<string>> FindDifferencesAsync(ConvergenceWorld world, Mapping mapping)
    {
        var objectName = mapping.ObjectName;
        var table = world.Server.Org.FindTable(objectName) ?? throw new InvalidOperationException($"The org has no {objectName}.");
        var records = table.Records.Where(world.IsMapped).ToDictionary(record => record.Id, StringComparer.Ordinal);
        var fields = mapping.Fields.Append("SystemModstamp").Select(name => (name.ToLowerInvariant(), table.Type.OrdinalOf(name))).ToList();
        var lines = new List<string>();
        await using var command = world.Database.DataSource.CreateCommand($"select * from salesforce.{objectName.ToLowerInvariant()}");
        await using var reader = await command.ExecuteReaderAsync(SyncWorld.Token);
        while (await reader.ReadAsync(SyncWorld.Token))
        {
            var sfid = reader["sfid"] as string;
            if (sfid is null || !records.Remove(sfid, out var record))
            {
                lines.Add($"{objectName} {sfid ?? "without sfid"}, id {reader["id"]}, {reader["_hc_lastop"]}: only in Postgres");
                continue;
            }

            lines.AddRange(fields
                .Where(field => ToText(reader[field.Item1]) != ToText(record[field.Item2]))
                .Select(field => $"{objectName} {sfid}, {field.Item1}, {reader["_hc_lastop"]}: Postgres {Shorten(reader[field.Item1])}, "
                    + $"Salesforce {Shorten(record[field.Item2])}"));
            if (reader["_hc_lastop"] as string != "SYNCED")
                lines.Add($"{objectName} {sfid}: at rest, but {reader["_hc_lastop"]}: {reader["_hc_err"]}");
        }

        lines.AddRange(records.Keys.Select(id => $"{objectName} {id}: only in Salesforce"));
        return [.. lines.Take(MostLines)];
    }

    /// <summary>The local ids of the rows that have come from, or gone to, the org.</summary>
    public static IReadOnlyDictionary<string, string> ReadIds(ConvergenceWorld world, string objectName) => world.IsPrepared
        ? world.Ask($"select sfid, id::text from salesforce.{objectName.ToLowerInvariant()} where sfid is not null")
            .Select(row => row.Split('|')).ToDictionary(row => row[0], row => row[1], StringComparer.Ordinal)
        : new Dictionary<string, string>(StringComparer.Ordinal);

    private static string Shorten(object? value) => ToText(value) switch
    {
        null => "null",
        { Length: > 40 } text => $"'{text[..40]}...' of {text.Length}",
        var text => $"'{text}'",
    };

    private static string? ToText(object? value) => value switch
    {
        null or DBNull => null,
        DateTime moment => moment.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture),
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        double number => ((decimal)number).ToString("0.##########", CultureInfo.InvariantCulture),
        decimal number => number.ToString("0.##########", CultureInfo.InvariantCulture),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };
}
