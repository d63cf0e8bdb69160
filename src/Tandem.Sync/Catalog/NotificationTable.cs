using Npgsql;
using Tandem.Postgres;

namespace Tandem.Sync.Catalog;

/// <summary>The notifications of all connections, in <c>tandem.notification</c>.</summary>
public sealed class NotificationTable(NpgsqlDataSource dataSource)
{
    /// <summary>Adds one, unless the same is open already.</summary>
    public async Task AddAsync(Guid connectionId, string eventType, string message, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(SqlFile.Read("Catalog/add_notification.sql"));
        command.Parameters.AddValues(connectionId, eventType, message);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The open ones, the newest first.</summary>
    public async Task<IReadOnlyList<Notification>> ListAsync(
        Guid connectionId, NotificationFilter filter, int limit, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(SqlFile.Read("Catalog/list_notifications.sql"));
        AddTo(command.Parameters, connectionId, filter);
        command.Parameters.AddValues(limit);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var notifications = new List<Notification>();
        while (await reader.ReadAsync(cancellationToken))
        {
            notifications.Add(new Notification
            {
                Id = reader.GetInt64(0),
                EventType = reader.GetString(1),
                Message = reader.GetString(2),
                CreatedAt = reader.GetFieldValue<DateTimeOffset>(3),
            });
        }

        return notifications;
    }

    public async Task AcknowledgeAsync(Guid connectionId, NotificationFilter filter, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(SqlFile.Read("Catalog/acknowledge_notifications.sql"));
        AddTo(command.Parameters, connectionId, filter);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static void AddTo(NpgsqlParameterCollection parameters, Guid connectionId, NotificationFilter filter)
    {
        parameters.Add(new NpgsqlParameter<Guid> { TypedValue = connectionId });
        parameters.Add(new NpgsqlParameter<DateTime?> { TypedValue = filter.After?.UtcDateTime });
        parameters.Add(new NpgsqlParameter<DateTime?> { TypedValue = filter.Before?.UtcDateTime });
        parameters.Add(new NpgsqlParameter<string?> { TypedValue = filter.EventType });
    }
}
