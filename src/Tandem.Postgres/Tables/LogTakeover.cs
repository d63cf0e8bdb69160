using Npgsql;
using Tandem.Postgres.Adopt;

namespace Tandem.Postgres.Tables;

/// <summary>
/// The change log and the functions of a schema that another program made, brought to the layout that <see cref="ServiceSchema"/> expects:
/// what an older layout lacks is added, and functions with another signature make room. Entries are not touched.
/// </summary>
public static class LogTakeover
{
    private static readonly (string Name, string Type)[] Columns =
    [
        ("id", "integer"), ("txid", "bigint"), ("created_at", "timestamp with time zone"), ("updated_at", "timestamp with time zone"),
        ("processed_at", "timestamp with time zone"), ("processed_tx", "bigint"), ("state", "character varying"),
        ("action", "character varying"), ("table_name", "character varying"), ("record_id", "integer"), ("sfid", "character varying"),
        ("old", "text"), ("values", "text"), ("sf_result", "integer"), ("sf_message", "text"),
    ];

    /// <summary>What no entry can do without.</summary>
    private static readonly string[] Needed = ["id", "state", "action", "table_name", "record_id", "values"];

    private static readonly Dictionary<string, string> Signatures = new(StringComparer.Ordinal)
    {
        ["hc_capture_insert_from_row"] = "source_row hstore, table_name character varying, excluded_cols text[]",
        ["hc_capture_update_from_row"] = "source_row hstore, table_name character varying, columns_to_include text[]",
    };

    /// <summary>Columns of the log, or of its archive, that an older layout lacks and that can be added.</summary>
    public static IReadOnlyList<string> FindMissing(FoundTable log) =>
    [
        .. Columns.Where(column => log.FindColumn(column.Name) is null).Select(column => column.Name)
            .Except(Needed, StringComparer.Ordinal),
    ];

    /// <summary>Columns that make a table useless as a log: missing or of another type. One sentence each.</summary>
    public static IReadOnlyList<string> FindProblems(string schema, FoundTable log) =>
    [
        .. from column in Columns
           let found = log.FindColumn(column.Name)
           where found is null ? Needed.Contains(column.Name) : !Fits(column.Type, found.Type)
           select $"{schema}.{log.Name}: the column \"{column.Name}\" must be {column.Type}; found {found?.Type ?? "no such column"}. "
               + "This is no change log of Heroku Connect that could be taken over.",
    ];

    /// <summary>Functions of the contract's names that CREATE OR REPLACE cannot replace.</summary>
    public static IReadOnlyList<FoundFunction> FindOutdated(IEnumerable<FoundFunction> functions) =>
    [
        .. functions.Where(function => Signatures.TryGetValue(function.Name, out var signature)
            ? function.Result != "integer"
                || function.Arguments.Replace("public.", "", StringComparison.Ordinal) != signature
            : function.Name is "tlog_notify_trigger" && function is not { Result: "trigger", Arguments: "" }),
    ];

    /// <summary>Within the connection's open transaction, before the service schema is installed.</summary>
    public static async Task PrepareAsync(NpgsqlConnection connection, FoundSchema found, CancellationToken cancellationToken)
    {
        foreach (var name in new[] { ReservedNames.TriggerLog, ReservedNames.TriggerLogArchive })
        {
            if (found.Find(name) is { } log && FindMissing(log) is { Count: > 0 } missing)
            {
                var parts = missing.Select(column => $"add column {PgIdentifier.Quote(column)} {TypeOf(column)}");
                await ExecuteAsync(
                    connection,
                    $"alter table {PgIdentifier.Qualify(found.Name, name)} {string.Join(", ", parts)}",
                    cancellationToken);
            }
        }

        foreach (var function in FindOutdated(found.Functions))
        {
            await ExecuteAsync(
                connection,
                $"drop function {PgIdentifier.Qualify(found.Name, function.Name)}({function.Arguments})",
                cancellationToken);
        }
    }

    /// <summary>Sets the sequence of the log behind every entry of the log and its archive, which share their numbers.</summary>
    public static Task RaiseSequenceAsync(NpgsqlConnection connection, FoundSchema found, CancellationToken cancellationToken)
    {
        var log = PgIdentifier.Qualify(found.Name, ReservedNames.TriggerLog);
        var archive = PgIdentifier.Qualify(found.Name, ReservedNames.TriggerLogArchive);
        return found.Find(ReservedNames.TriggerLog)?.FindColumn(ReservedNames.Id)?.Sequence is { } sequence
            ? TableTakeover.RaiseAsync(
                connection,
                found.Name,
                sequence,
                $"greatest((select max(id) from {log}), (select max(id) from {archive}))",
                cancellationToken)
            : Task.CompletedTask;
    }

    private static string TypeOf(string column) => column switch
    {
        "sfid" => "varchar(18)",
        _ => Columns.First(each => each.Name == column).Type,
    };

    /// <summary>Text of any length is as good.</summary>
    private static bool Fits(string expected, string found) => expected switch
    {
        "character varying" or "text" => found is "text" || found.StartsWith("character varying", StringComparison.Ordinal),
        _ => found == expected,
    };

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
