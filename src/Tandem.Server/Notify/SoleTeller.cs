using Microsoft.Extensions.Logging;
using Npgsql;
using Tandem.Postgres;

namespace Tandem.Server.Notify;

/// <summary>
/// Lets one server tell when several work one catalogue, for each would tell of the same notifications. The others look now and then
/// whether it has ended.
/// </summary>
internal sealed partial class SoleTeller(
    INotificationTeller teller, ControlSession control, TimeProvider timeProvider, ILogger<SoleTeller> logger) : INotificationTeller
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);

    public string Channel => teller.Channel;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await using var turn = await AdvisoryLock.TryAcquireAsync(control, $"tandem tells by {Channel}", cancellationToken);
                if (turn is not null)
                    await RunAsync(turn, cancellationToken);
            }
            catch (NpgsqlException exception)
            {
                LogNoTurn(exception, Channel);
            }

            await Task.Delay(Look, timeProvider, cancellationToken);
        }
    }

    /// <summary>Ends when the session that held the turn has ended; another server may have it from then on.</summary>
    private async Task RunAsync(AdvisoryLock turn, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, turn.Lost);
        try
        {
            await teller.RunAsync(stop.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            LogLost(Channel);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Whether another server tells of notifications by {Channel} could not be asked; it is tried again")]
    private partial void LogNoTurn(Exception exception, string channel);

    [LoggerMessage(LogLevel.Warning, "The session that held the turn to tell of notifications by {Channel} was lost; it is taken again")]
    private partial void LogLost(string channel);
}
