using System.Security.Cryptography;
using Npgsql;
using Tandem.Salesforce.Auth;
using Tandem.Server.Hosting;
using Tandem.Sync.Catalog;
using Tandem.Sync.Catalog.Access;

namespace Tandem.Server.Secrets;

/// <summary>
/// What connections open their two ends with: the sign-in to the org and the address of the target database. Each is encrypted as one
/// text that names its connection, so that a row that is copied to another connection is refused there.
/// </summary>
public sealed class CredentialStore(NpgsqlDataSource dataSource, SecretVault vault)
{
    private const string Purpose = "tandem credential";

    private readonly CredentialTable _table = new(dataSource);

    /// <summary>Whether anything can be stored: the server was given a master key.</summary>
    public bool CanStore => vault.IsOpen;

    /// <param name="session">The one whose transaction makes or changes the connection.</param>
    /// <exception cref="ConfigurationException">There is no master key or no such connection.</exception>
    public Task SaveSignInAsync(NpgsqlConnection session, Guid connectionId, OAuthGrant grant, CancellationToken cancellationToken) =>
        SaveAsync(session, connectionId, CredentialKind.SignIn, OAuthGrantJson.Write(grant), cancellationToken);

    /// <param name="url">A <c>postgres://</c> URL or an Npgsql connection string.</param>
    /// <exception cref="ConfigurationException">As above, or the URL is none.</exception>
    public Task SaveDatabaseUrlAsync(NpgsqlConnection session, Guid connectionId, string url, CancellationToken cancellationToken)
    {
        _ = DatabaseWords.Parse(url);
        return SaveAsync(session, connectionId, CredentialKind.Database, url, cancellationToken);
    }

    /// <returns>Null when the connection was never authorized here.</returns>
    /// <exception cref="ConfigurationException">It cannot be read; the sentence says what to do.</exception>
    public async Task<OAuthGrant?> FindSignInAsync(Guid connectionId, CancellationToken cancellationToken) =>
        await _table.FindAsync(connectionId, CredentialKind.SignIn, cancellationToken) is { } content
            ? ReadGrant(connectionId, content)
            : null;

    /// <returns>Null when the connection uses the control database.</returns>
    /// <exception cref="ConfigurationException">As above.</exception>
    public async Task<string?> FindDatabaseUrlAsync(Guid connectionId, CancellationToken cancellationToken) =>
        await _table.FindAsync(connectionId, CredentialKind.Database, cancellationToken) is { } content
            ? Unprotect(connectionId, CredentialKind.Database, content)
            : null;

    /// <summary>
    /// Keeps the refresh token that the org gave in place of the one before. Does nothing when the connection signs in by another flow by
    /// now. Whoever authorizes a connection anew ends its shift first, for a rotation of the old sign-in would win over the new one.
    /// </summary>
    public Task ReplaceRefreshTokenAsync(Guid connectionId, string refreshToken, CancellationToken cancellationToken) =>
        CatalogTransaction.RunAsync(
            dataSource,
            async session =>
            {
                var content = await CredentialTable.LockAsync(session, connectionId, CredentialKind.SignIn, cancellationToken);
                var grant = content is null ? null : ReadGrant(connectionId, content);
                if (grant is not { IsRefreshToken: true })
                    return false;
                await SaveSignInAsync(session, connectionId, OAuthGrantJson.WithRefreshToken(grant, refreshToken), cancellationToken);
                return true;
            },
            cancellationToken);

    public static Task RemoveAsync(
        NpgsqlConnection session, Guid connectionId, CredentialKind kind, CancellationToken cancellationToken) =>
        CredentialTable.RemoveAsync(session, connectionId, kind, cancellationToken);

    private Task SaveAsync(
        NpgsqlConnection session, Guid connectionId, CredentialKind kind, string text, CancellationToken cancellationToken) =>
        CredentialTable.SaveAsync(
            session, connectionId, kind, vault.Protect(text, PurposeOf(connectionId, kind)), cancellationToken);

    private OAuthGrant ReadGrant(Guid connectionId, byte[] content)
    {
        try
        {
            return OAuthGrantJson.Read(Unprotect(connectionId, CredentialKind.SignIn, content));
        }
        catch (FormatException exception)
        {
            throw new ConfigurationException($"{exception.Message} Authorize the connection {connectionId} again.", exception);
        }
    }

    private string Unprotect(Guid connectionId, CredentialKind kind, byte[] content)
    {
        try
        {
            return vault.Unprotect(content, PurposeOf(connectionId, kind));
        }
        catch (CryptographicException exception)
        {
            var what = kind == CredentialKind.SignIn ? "sign-in" : "database address";
            var remedy = kind == CredentialKind.SignIn ? "Authorize the connection again." : "Give the address again.";
            throw new ConfigurationException(
                $"The stored {what} of the connection {connectionId} cannot be read: it was written for another connection, was changed, "
                + $"or its key is gone from tandem.key_ring. {remedy}",
                exception);
        }
    }

    private static string[] PurposeOf(Guid connectionId, CredentialKind kind) =>
        [Purpose, connectionId.ToString("D"), CredentialTable.Word(kind)];
}
