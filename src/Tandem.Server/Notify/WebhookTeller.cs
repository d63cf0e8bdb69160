using Microsoft.Extensions.Logging;
using Npgsql;
using Tandem.Sync.Catalog;

namespace Tandem.Server.Notify;

/// <summary>
/// Posts notifications to the webhook one after the other, in their order. Each is noted once the receiver has taken it, so that a crash
/// between the two posts it a second time: the receiver tells that by its id. One that fails is tried again, and holds up those behind
/// it, until it is given up.
/// </summary>
internal sealed partial class WebhookTeller(
    DeliveryTable deliveries, WebhookOptions options, TimeProvider timeProvider, ILogger<WebhookTeller> logger) : INotificationTeller
{
    private const int Batch = 100;

    /// <summary>Older notifications are no news: a webhook that is set up today is not told of last month.</summary>
    private static readonly TimeSpan News = TimeSpan.FromDays(1);

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    public string Channel => "webhook";

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var sender = new WebhookSender(options, timeProvider);
        while (true)
        {
            try
            {
                foreach (var one in await deliveries.ListAsync(Channel, News, Batch, cancellationToken))
                {
                    var isTaken = await TellAsync(sender, one, cancellationToken);
                    await deliveries.NoteAsync([one], Channel, isGivenUp: !isTaken, cancellationToken);
                }
            }
            catch (NpgsqlException exception)
            {
                LogNotRead(exception);
            }

            await Task.Delay(Interval, timeProvider, cancellationToken);
        }
    }

    private async Task<bool> TellAsync(WebhookSender sender, UntoldNotification one, CancellationToken cancellationToken)
    {
        var pause = options.FirstPause;
        for (var attempt = 1; ; attempt++)
        {
            if (await sender.SendAsync(one, cancellationToken) is not { } problem)
                return true;
            if (attempt >= options.Attempts)
            {
                LogGivenUp(one.Notification.Id, attempt, problem);
                return false;
            }

            LogNotTaken(one.Notification.Id, attempt, problem);
            await Task.Delay(pause, timeProvider, cancellationToken);
            pause = pause * 2 < options.LongestPause ? pause * 2 : options.LongestPause;
        }
    }

    [LoggerMessage(LogLevel.Warning, "The webhook did not take notification {Id} at attempt {Attempt}: {Problem}; it is tried again")]
    private partial void LogNotTaken(long id, int attempt, string problem);

    [LoggerMessage(LogLevel.Error, "The webhook did not take notification {Id} in {Attempts} attempts: {Problem}; it is given up")]
    private partial void LogGivenUp(long id, int attempts, string problem);

    [LoggerMessage(LogLevel.Warning, "Notifications for the webhook could not be read or noted; it is tried again")]
    private partial void LogNotRead(Exception exception);
}
