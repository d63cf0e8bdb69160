using Microsoft.Extensions.Logging;
using Npgsql;
using Tandem.Server.Access;

namespace Tandem.Server.Hosting;

/// <summary>Has the catalogue rid of what had its time, at the start of a server and each hour.</summary>
internal sealed partial class FleetUpkeep(AccessUpkeep access, TimeProvider timeProvider, ILogger<FleetUpkeep> logger)
{
    public static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <summary>Runs until cancelled. What a database that does not answer leaves undone, the next hour does.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval, timeProvider);
        do
        {
            try
            {
                await access.RunAsync(cancellationToken);
            }
            catch (NpgsqlException exception)
            {
                LogNotDone(exception);
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    [LoggerMessage(LogLevel.Warning, "What had its time could not be deleted from the catalogue; it is tried again in an hour")]
    private partial void LogNotDone(Exception exception);
}
