using Microsoft.Extensions.Logging;
using Npgsql;
using Tandem.Sync.Catalog;
using Tandem.Sync.Faults;
using Tandem.Sync.Running.Allowance;

namespace Tandem.Server.Hosting;

/// <summary>
/// Turns what only a person can mend into notifications, once each time that it begins. What passes by itself is none, but for a
/// database that does not answer, and polls that are slowed: of these the end is told too. Source: heroku-connect.md, section 12.3.
/// </summary>
internal sealed partial class NotificationWatch(
    Func<IReadOnlyList<ConnectionLife>> listLives,
    NotificationTable notifications,
    TimeProvider timeProvider,
    ILogger<NotificationWatch> logger)
{
    private const string AllowanceType = "allowance";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private HashSet<(Guid Connection, string Type, string Message)> _present = [];
    private HashSet<(Guid Connection, SlowedPolls Slowed)> _slowed = [];

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval, timeProvider);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            var lives = listLives();
            var found = lives.SelectMany(Find).ToHashSet();
            var slowed = lives.SelectMany(FindSlowed).ToHashSet();
            try
            {
                foreach (var (connection, type, message) in found.Except(_present))
                    await notifications.AddAsync(connection, type, message, cancellationToken);
                _present = found;
                foreach (var (connection, ended) in _slowed.Except(slowed))
                    await notifications.AddAsync(connection, AllowanceType, ended.Ended, cancellationToken);
                foreach (var (connection, begun) in slowed.Except(_slowed))
                    await notifications.AddAsync(connection, AllowanceType, begun.Begun, cancellationToken);
                _slowed = slowed;
            }
            catch (NpgsqlException exception)
            {
                LogNotNoted(exception);
            }
        }
    }

    private static IEnumerable<(Guid Connection, string Type, string Message)> Find(ConnectionLife life)
    {
        var (state, sentence) = life.Standing;
        var type = state switch
        {
            ConnectionState.DbUnavailable => "postgres-connection",
            ConnectionState.Unauthorized => "salesforce-auth",
            ConnectionState.SystemError => "connection-error",
            _ => null,
        };
        if (type is not null && sentence is not null)
            yield return (life.Id, type, sentence);
        foreach (var mapping in life.Host?.Mappings.All ?? [])
        {
            if (mapping.Fault is { Action: FaultAction.PauseMapping } fault)
                yield return (life.Id, "mapping-error", $"{mapping.Mapped.Name}: {fault.Sentence}");
        }
    }

    /// <summary>A connection that is not at work keeps what was told of it last.</summary>
    private IEnumerable<(Guid Connection, SlowedPolls Slowed)> FindSlowed(ConnectionLife life) => life.Host?.Mappings.Budget is { } budget
        ? budget.FindSlowed().Select(slowed => (life.Id, slowed))
        : _slowed.Where(item => item.Connection == life.Id);

    [LoggerMessage(LogLevel.Warning, "A notification could not be noted; it is tried again")]
    private partial void LogNotNoted(Exception exception);
}
