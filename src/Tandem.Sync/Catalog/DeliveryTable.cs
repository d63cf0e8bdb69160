using Npgsql;
using Tandem.Postgres;

namespace Tandem.Sync.Catalog;

/// <summary>
/// Which notifications each channel has told of, in <c>tandem.delivery</c>: one row for each, and no position, for notifications become
/// visible in another order than that of their ids.
/// </summary>
public sealed class DeliveryTable(NpgsqlDataSource dataSource)
{
    /// <summary>The oldest first.</summary>
    /// <param name="age">What is older is told to nobody any more.</param>
    public async Task<IReadOnlyList<UntoldNotification>> ListAsync(
        string channel, TimeSpan age, int limit, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(SqlFile.Read("Catalog/list_untold_notifications.sql"));
        command.Parameters.AddValues(channel, age, limit);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var untold = new List<UntoldNotification>();
        while (await reader.ReadAsync(cancellationToken))
        {
            untold.Add(new UntoldNotification
            {
                Notification = new Notification
                {
                    Id = reader.GetInt64(0),
                    EventType = reader.GetString(1),
                    Message = reader.GetString(2),
                    CreatedAt = reader.GetFieldValue<DateTimeOffset>(3),
                },
                ConnectionId = reader.GetGuid(4),
                ConnectionName = reader.GetString(5),
                AppName = reader.GetString(6),
            });
        }

        return untold;
    }

    /// <param name="isGivenUp">They were not told, and are not tried again.</param>
    public async Task NoteAsync(
        IEnumerable<UntoldNotification> notifications, string channel, bool isGivenUp, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(SqlFile.Read("Catalog/note_deliveries.sql"));
        command.Parameters.AddValues(notifications.Select(one => one.Notification.Id).ToArray(), channel, isGivenUp);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
