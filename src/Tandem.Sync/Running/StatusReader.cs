using Npgsql;
using Tandem.Postgres.ChangeLog;
using Tandem.Postgres.Tables;
using Tandem.Salesforce;
using Tandem.Sync.Pull;
using Tandem.Sync.Running.Allowance;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Running;

/// <summary>Counts both sides for the status of a shift; each reading costs one API call a mapping.</summary>
public sealed class StatusReader(LiveMappings mappings, NpgsqlDataSource dataSource, SalesforceClient salesforce)
{
    public async Task<IReadOnlyList<MappingStatus>> ReadAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var queues = await new ChangeLog(mappings.Schema).CountAsync(connection, cancellationToken);
        var readErrors = await new ReadErrors(mappings.Schema).CountAsync(connection, cancellationToken);
        var statuses = new List<MappingStatus>();
        foreach (var mapping in mappings.All)
        {
            var table = mapping.Mapped.Table.Name;
            var queue = queues.GetValueOrDefault(table);
            var progress = mapping.Progress;
            var calls = mapping.Budget?.Read(mapping);
            statuses.Add(new MappingStatus
            {
                ObjectName = mapping.Mapped.Name,
                Table = table,
                State = progress.State,
                DatabaseRows = mapping.IsLoaded
                    ? await new SyncedTable(mapping.Mapped.Table).CountAsync(connection, cancellationToken)
                    : progress.RowsLoaded,
                RowsToLoad = mapping.IsLoaded ? null : progress.RowsTotal,
                RowsPerSecond = mapping.IsLoaded ? null : progress.RowsPerSecond,
                TimeLeft = mapping.IsLoaded ? null : progress.TimeLeft,
                SalesforceRows = await CountRecordsAsync(mapping.Mapped, cancellationToken),
                Queued = queue?.Queued ?? 0,
                Failed = queue?.Failed ?? 0,
                ReadErrors = readErrors.GetValueOrDefault(mapping.Mapped.Name),
                MaskedColumns = [.. mapping.Mapped.Fields.Where(field => field.ArrivesMasked).Select(field => field.Column.Name)],
                LastChange = mapping.LastChange,
                Trouble = mapping.Fault?.Sentence ?? calls?.Sentence,
                Calls = calls,
                SchemaChanges = [.. mapping.SchemaChanges.Select(change => change.Message)],
                Refresh = mapping.Refresh,
            });
        }

        return statuses;
    }

    private async Task<long?> CountRecordsAsync(MappedObject mapped, CancellationToken cancellationToken)
    {
        try
        {
            return await salesforce.For(mapped.Name, CallKind.Other).Soql.CountAsync(mapped.Select("COUNT()", null), cancellationToken);
        }
        catch (SalesforceException)
        {
            return null;
        }
    }
}
