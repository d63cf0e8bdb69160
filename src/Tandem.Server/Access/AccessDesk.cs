using Npgsql;
using Tandem.Server.Hosting;
using Tandem.Sync.Catalog;

namespace Tandem.Server.Access;

/// <summary>
/// Where the command line looks after tokens and users: in the catalogue itself, so that it works before any server does.
/// </summary>
public sealed class AccessDesk(string databaseUrl, TimeProvider timeProvider)
{
    /// <exception cref="ConfigurationException">The database cannot be used, or what was asked for cannot be done.</exception>
    public Task<T> OnTokensAsync<T>(Func<ApiTokens, Task<T>> work, CancellationToken cancellationToken) =>
        OpenAsync(dataSource => work(new ApiTokens(dataSource, timeProvider)), cancellationToken);

    /// <exception cref="ConfigurationException">As above.</exception>
    public Task<T> OnUsersAsync<T>(Func<LocalUsers, Task<T>> work, CancellationToken cancellationToken) => OpenAsync(
        async dataSource =>
        {
            using var users = new LocalUsers(dataSource, timeProvider);
            return await work(users);
        },
        cancellationToken);

    private async Task<T> OpenAsync<T>(Func<NpgsqlDataSource, Task<T>> work, CancellationToken cancellationToken)
    {
        await using var dataSource = DatabaseWords.Open(databaseUrl);
        try
        {
            await new CatalogDatabase(dataSource).MigrateAsync(cancellationToken);
            return await work(dataSource);
        }
        catch (Exception exception) when (DatabaseWords.Explain(exception, databaseUrl) is { } sentence)
        {
            throw new ConfigurationException(sentence, exception);
        }
    }
}
