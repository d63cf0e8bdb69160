using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Postgres;
using Tandem.Server.Notify;
using Tandem.Sync.Catalog;
using Tandem.Testing;
using Tandem.Tests.Integration.Server;
using Tandem.Tests.Integration.Sync;

namespace Tandem.Tests.Integration.Notify;

/// <summary>A catalogue with one connection, and the server's work on it under a clock that stands still.</summary>
internal sealed class NotifyWorld : IAsyncDisposable
{
    private readonly CatalogWorld _catalog;
    private readonly NotificationTable _notifications;

    private NotifyWorld(CatalogWorld catalog, Guid connection)
    {
        _catalog = catalog;
        Connection = connection;
        _notifications = new NotificationTable(catalog.DataSource);
    }

    public Guid Connection { get; }

    public FakeTimeProvider Time => _catalog.Time;

    public CatalogWorld Catalog => _catalog;

    public static async Task<NotifyWorld> StartAsync()
    {
        var catalog = await CatalogWorld.CreateAsync();
        return new NotifyWorld(catalog, await catalog.AddConnectionAsync("salesforce"));
    }

    public Task AddAsync(string message, Guid? connection = null) =>
        _notifications.AddAsync(connection ?? Connection, "mapping-error", message, CatalogWorld.Token);

    public BackgroundRun Run(WebhookOptions options) => Run(Tell(options));

    /// <summary>As a server does of which there may be several.</summary>
    public BackgroundRun Run(WebhookOptions options, ControlSession server) =>
        Run(new SoleTeller(Tell(options), server, Time, NullLogger<SoleTeller>.Instance));

    public BackgroundRun Run(MailOptions options) => Run(new MailTeller(
        new DeliveryTable(_catalog.DataSource), options, Time, NullLogger<MailTeller>.Instance));

    /// <summary>Moves the clock on by a second again and again, until it is as is said.</summary>
    public Task PassTimeUntilAsync(Func<bool> condition, string expectation) => PassTimeUntilAsync(
        () => Task.FromResult(condition()), expectation);

    public Task PassTimeUntilAsync(Func<Task<bool>> condition, string expectation) => SyncWorld.UntilAsync(
        async () =>
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            return await condition();
        },
        expectation);

    public ValueTask DisposeAsync() => _catalog.DisposeAsync();

    private WebhookTeller Tell(WebhookOptions options) =>
        new(new DeliveryTable(_catalog.DataSource), options, Time, NullLogger<WebhookTeller>.Instance);

    private static BackgroundRun Run(INotificationTeller teller) => new(teller.RunAsync);
}
