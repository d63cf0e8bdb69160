using Microsoft.Extensions.Logging;
using Npgsql;
using Tandem.Postgres;
using Tandem.Postgres.Tables;
using Tandem.Salesforce;
using Tandem.Salesforce.Describe;
using Tandem.Sync.Faults;
using Tandem.Sync.Running.Allowance;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Pull;

/// <summary>
/// Widens columns whose field was made longer in the org since the shift began, when the first value comes that does not fit. A wider
/// varchar costs a look at the catalogue and no rewrite. What cannot be widened now (a view uses the column, or somebody holds the
/// table) leaves the rows held; the next pass tries again, which is harmless.
/// </summary>
public sealed partial class ColumnWidening(SalesforceClient salesforce, ILogger<ColumnWidening> logger)
{
    /// <summary>Called outside of a transaction, after what was held of the rows is saved or before they are read again.</summary>
    /// <returns>The mapped object to go on with: the same one when no column became wider.</returns>
    public async Task<MappedObject> FollowAsync(
        MappedObject mapped, IReadOnlyList<HeldRow> held, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var narrow = held.Where(row => row.IsTooNarrow).GroupBy(row => row.Field.Column.Name, StringComparer.Ordinal).ToList();
        if (narrow.Count == 0)
            return mapped;
        var description = await salesforce.For(mapped.Name, CallKind.Poll).Describe.DescribeAsync(mapped.Name, cancellationToken);
        var wider = narrow
            .Select(rows => (rows.First().Field, Longest: rows.Max(row => row.Characters)))
            .Select(rows => (rows.Field, Type: Choose(mapped, rows.Field, description, rows.Longest)))
            .Where(choice => choice.Type.IsWiderThan(choice.Field.Column.Type))
            .ToDictionary(choice => choice.Field.Column.Name, choice => choice.Type, StringComparer.Ordinal);
        if (wider.Count == 0)
            return mapped;

        var widened = mapped.WithColumns(wider);
        try
        {
            await AlterAsync(widened, connection, cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState
            is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.FeatureNotSupported)
        {
            LogNotWidened(exception, string.Join(", ", wider.Keys), mapped.Table.Name);
            return mapped;
        }

        Failpoints.Reach("widen.committed");
        LogWidened(string.Join(", ", wider.Keys), mapped.Table.Name);
        return widened;
    }

    /// <summary>What the org says by now, and never less than what has just come.</summary>
    private static ColumnType Choose(MappedObject mapped, MappedField field, SObjectDescription description, int characters)
    {
        var present = field.Column.Type;
        var described = description.FindField(field.Description.Name) is { } found ? ColumnTypes.Of(found, mapped.Types) : null;
        if (described is { } type && type.IsWiderThan(present) && (type.Kind != ColumnKind.Varchar || type.Length >= characters))
            return type;
        return present.Kind == ColumnKind.Varchar ? present with { Length = characters } : present;
    }

    private static async Task AlterAsync(MappedObject widened, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var transaction = await SyncSession.BeginAsync(connection, cancellationToken);
        await using (var command = new NpgsqlCommand(SqlFile.Read("Pull/set_lock_timeout.sql"), connection, transaction))
            await command.ExecuteNonQueryAsync(cancellationToken);
        await new SyncedTable(widened.Table).CreateAsync(connection, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    [LoggerMessage(LogLevel.Information, "Widened {Columns} of {Table}: the org's fields have become longer")]
    private partial void LogWidened(string columns, string table);

    [LoggerMessage(LogLevel.Warning, "{Columns} of {Table} cannot be widened now; rows with longer values are held until they can")]
    private partial void LogNotWidened(Exception exception, string columns, string table);
}
