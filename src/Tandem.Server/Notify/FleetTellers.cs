using Microsoft.Extensions.Logging;
using Tandem.Postgres;
using Tandem.Sync.Catalog;

namespace Tandem.Server.Notify;

/// <summary>Those who tell of a server's notifications: one by webhook and one by mail, as far as somebody is to be told.</summary>
internal sealed class FleetTellers(
    NotifyOptions options, TargetDatabase database, TimeProvider timeProvider, ILoggerFactory loggerFactory)
{
    /// <summary>Runs until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(List().Select(teller =>
        new SoleTeller(teller, database.Control, timeProvider, loggerFactory.CreateLogger<SoleTeller>()).RunAsync(cancellationToken)));

    private IEnumerable<INotificationTeller> List()
    {
        var deliveries = new DeliveryTable(database.DataSource);
        if (options.Webhook is { } webhook)
            yield return new WebhookTeller(deliveries, webhook, timeProvider, loggerFactory.CreateLogger<WebhookTeller>());
        if (options.Mail is { } mail)
            yield return new MailTeller(deliveries, mail, timeProvider, loggerFactory.CreateLogger<MailTeller>());
    }
}
