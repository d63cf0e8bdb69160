using Npgsql;

namespace Tandem.Sync.Catalog.Access;

/// <summary>Runs a change of the catalogue and the note about it in one transaction, so that neither is there without the other.</summary>
public static class CatalogTransaction
{
    public static async Task<T> RunAsync<T>(
        NpgsqlDataSource dataSource, Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        await using var session = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await session.BeginTransactionAsync(cancellationToken);
        var result = await work(session);
        await transaction.CommitAsync(cancellationToken);
        return result;
    }
}
