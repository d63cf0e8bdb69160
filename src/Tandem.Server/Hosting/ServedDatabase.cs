using Tandem.Postgres;
using Tandem.Sync.Catalog;

namespace Tandem.Server.Hosting;

/// <summary>A database beside the one of the catalogue while connections have their tables there; brought up to date once.</summary>
internal sealed class ServedDatabase(string url) : IAsyncDisposable
{
    private readonly TargetDatabase _database = new(DatabaseWords.Open(url, DatabaseWords.TargetPoolSize));
    private readonly SemaphoreSlim _turn = new(1);
    private bool _isUpToDate;

    public string Url => url;

    /// <exception cref="ConfigurationException">The database was migrated by a newer program.</exception>
    public async Task<TargetDatabase> MakeReadyAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (!_isUpToDate)
                await new CatalogDatabase(_database.DataSource).MigrateAsync(cancellationToken);
            _isUpToDate = true;
            return _database;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Whoever makes ready meanwhile finds the pool closed; its turn is not taken away.</summary>
    public ValueTask DisposeAsync() => _database.DisposeAsync();
}
