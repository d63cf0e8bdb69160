using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Npgsql;
using Tandem.Sync.Catalog;

namespace Tandem.Server.Notify;

/// <summary>
/// Sends notifications by e-mail, gathered: a connection's first at once, and those after it together when its interval is over. They are
/// noted once the server has taken the mail; a crash between the two sends them a second time.
/// </summary>
internal sealed partial class MailTeller(
    DeliveryTable deliveries, MailOptions options, TimeProvider timeProvider, ILogger<MailTeller> logger) : INotificationTeller
{
    private const int Batch = 1_000;

    private static readonly TimeSpan News = TimeSpan.FromDays(1);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    /// <summary>When each connection's last mail went out.</summary>
    private readonly Dictionary<Guid, DateTimeOffset> _sent = [];

    public string Channel => "mail";

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        for (var pause = Look; ; await Task.Delay(pause, timeProvider, cancellationToken))
        {
            try
            {
                var untold = await deliveries.ListAsync(Channel, News, Batch, cancellationToken);
                foreach (var digest in untold.GroupBy(one => one.ConnectionId).Where(digest => IsDue(digest.Key)))
                {
                    await SendAsync([.. digest], cancellationToken);
                    await deliveries.NoteAsync(digest, Channel, isGivenUp: false, cancellationToken);
                }

                pause = Look;
            }
            catch (NpgsqlException exception)
            {
                LogNotRead(exception);
            }
            catch (Exception exception) when (exception is SmtpException or SocketException or IOException)
            {
                LogNotSent(options.Host, exception.Message);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    private bool IsDue(Guid connectionId) =>
        !_sent.TryGetValue(connectionId, out var last) || timeProvider.GetUtcNow() - last >= options.Interval;

    private async Task SendAsync(IReadOnlyList<UntoldNotification> digest, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(options.SendWithin, timeProvider);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            await using var session = await SmtpSession.OpenAsync(options, stop.Token);
            await session.SendAsync(options.From, options.To, MailText.Write(options, digest, timeProvider.GetUtcNow()), stop.Token);
        }
        catch (OperationCanceledException exception) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new SmtpException($"it did not take a mail within {options.SendWithin.TotalSeconds:0} seconds.", exception);
        }

        _sent[digest[0].ConnectionId] = timeProvider.GetUtcNow();
    }

    [LoggerMessage(LogLevel.Warning, "The mail server {Host} did not take a mail; it is tried again: {Problem}")]
    private partial void LogNotSent(string host, string problem);

    [LoggerMessage(LogLevel.Warning, "Notifications for a mail could not be read or noted; it is tried again")]
    private partial void LogNotRead(Exception exception);
}
