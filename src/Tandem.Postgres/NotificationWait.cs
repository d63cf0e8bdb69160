using Npgsql;

namespace Tandem.Postgres;

/// <summary>
/// Waits on a session for a notification, in slices: Npgsql may overlook a cancellation that comes just as it begins to read, and would
/// then wait for ever. Between two slices the cancellation is looked at again.
/// </summary>
internal static class NotificationWait
{
    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(1);

    /// <returns>False when nothing came within the time.</returns>
    public static async Task<bool> ForAnyAsync(NpgsqlConnection connection, TimeSpan atMost, CancellationToken cancellationToken)
    {
        for (var left = atMost; left > TimeSpan.Zero; left -= Slice)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (await connection.WaitAsync(left < Slice ? left : Slice, cancellationToken))
            {
                return true;
            }
        }

        return false;
    }
}
