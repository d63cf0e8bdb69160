using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;
using Tandem.Sync.Catalog;
using Tandem.Sync.Catalog.Access;

namespace Tandem.Server.Access;

/// <summary>
/// The tokens of the API. Each request looks its token up by one indexed read and nothing is remembered between requests, so a revoked
/// token is refused at once, by every process.
/// </summary>
public sealed class ApiTokens(NpgsqlDataSource dataSource, TimeProvider timeProvider)
{
    /// <summary>The name of the token that a first start makes.</summary>
    public const string FirstName = "first-run";

    private const int LongestPresented = 200;

    /// <summary>How closely a token's last use is known: noting each would make a write of every request.</summary>
    private static readonly TimeSpan UseNotedWithin = TimeSpan.FromMinutes(1);

    private readonly ApiTokenTable _table = new(dataSource);

    /// <returns>The token with the text to hand out, which cannot be had again.</returns>
    /// <exception cref="ConfigurationException">It cannot be made as asked.</exception>
    public Task<IssuedToken> CreateAsync(NewToken asked, Actor actor, CancellationToken cancellationToken)
    {
        var issued = Issue(asked);
        return CatalogTransaction.RunAsync(
            dataSource,
            async session =>
            {
                await StoreAsync(session, issued, actor, cancellationToken);
                return issued;
            },
            cancellationToken);
    }

    /// <summary>Makes an admin token for the first start: when there never was a token and there is no user.</summary>
    /// <returns>Null when this is no first start.</returns>
    public Task<IssuedToken?> CreateFirstAsync(CancellationToken cancellationToken) => CatalogTransaction.RunAsync<IssuedToken?>(
        dataSource,
        async session =>
        {
            if (!await ApiTokenTable.LockFirstStartAsync(session, cancellationToken))
                return null;
            var issued = Issue(new NewToken { Name = FirstName, Scope = AccessScope.Admin });
            await StoreAsync(session, issued, Actor.Start, cancellationToken);
            return issued;
        },
        cancellationToken);

    public Task<IReadOnlyList<ApiToken>> ListAsync(CancellationToken cancellationToken) => _table.ListAsync(cancellationToken);

    /// <exception cref="ConfigurationException">There is no such token, or it is revoked already.</exception>
    public Task<ApiToken> RevokeAsync(string nameOrId, Actor actor, CancellationToken cancellationToken)
    {
        NameRules.Check("token", nameOrId);
        return CatalogTransaction.RunAsync(
            dataSource,
            async session =>
            {
                var revoked = await ApiTokenTable.RevokeAsync(session, nameOrId, timeProvider.GetUtcNow(), cancellationToken);
                foreach (var token in revoked)
                    await NoteAsync(session, "token.revoke", token, actor, cancellationToken);
                return revoked.Count > 0 ? revoked[0] : throw new ConfigurationException($"There is no token {nameOrId}.");
            },
            cancellationToken);
    }

    /// <summary>Who shows this token.</summary>
    /// <param name="address">Where the request came from.</param>
    /// <returns>Null when it is none, is revoked or has expired: one answer for all.</returns>
    public async Task<Caller?> FindAsync(string presented, string? address, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(presented);
        if (presented.Length > LongestPresented || !OpaqueToken.IsWellFormed(presented))
            return null;
        var hash = OpaqueToken.Hash(presented);
        var now = timeProvider.GetUtcNow();
        // The index finds by equality, whose time tells at most how much of a hash fits; the comparison is there for every other reader.
        if (await _table.FindAsync(hash, cancellationToken) is not { } found || !OpaqueToken.IsSame(found.Hash, hash))
            return null;
        var token = found.Token;
        if (token.ExpiresAt <= now)
            return null;
        if (token.LastUsedAt is not { } used || now - used >= UseNotedWithin)
            await _table.NoteUseAsync(token.Id, now, now - UseNotedWithin, cancellationToken);
        return new Caller
        {
            Actor = new Actor { Kind = ActorKind.Token, Id = token.Id, Name = token.Name, Address = address },
            Scope = token.Scope,
            AppName = token.AppName,
            ConnectionId = token.ConnectionId,
        };
    }

    /// <summary>A connection by what a person calls it.</summary>
    /// <exception cref="ConfigurationException">There is none.</exception>
    public async Task<Guid> FindConnectionIdAsync(string nameOrId, CancellationToken cancellationToken)
    {
        NameRules.Check("connection", nameOrId);
        return await _table.FindConnectionIdAsync(nameOrId, cancellationToken)
            ?? throw new ConfigurationException($"There is no connection {nameOrId}.");
    }

    private IssuedToken Issue(NewToken asked)
    {
        ArgumentNullException.ThrowIfNull(asked);
        NameRules.Check("token", asked.Name);
        if (asked.AppName is { } appName)
            NameRules.Check("app", appName);
        if (asked is { AppName: not null, ConnectionId: not null })
            throw new ConfigurationException("A token is limited to an app or to a connection: give one of them.");
        var now = timeProvider.GetUtcNow();
        if (asked.ExpiresAt <= now)
            throw new ConfigurationException("A token must expire in the future.");
        var token = new ApiToken
        {
            Id = Guid.CreateVersion7(now),
            Name = asked.Name,
            Scope = asked.Scope,
            AppName = asked.AppName,
            ConnectionId = asked.ConnectionId,
            CreatedAt = now,
            ExpiresAt = asked.ExpiresAt?.ToUniversalTime(),
        };
        return new IssuedToken(token, OpaqueToken.Make());
    }

    private static async Task StoreAsync(NpgsqlConnection session, IssuedToken issued, Actor actor, CancellationToken cancellationToken)
    {
        await ApiTokenTable.AddAsync(session, new StoredToken(issued.Token, OpaqueToken.Hash(issued.Secret)), cancellationToken);
        await NoteAsync(session, "token.create", issued.Token, actor, cancellationToken);
    }

    private static Task NoteAsync(
        NpgsqlConnection session, string action, ApiToken token, Actor actor, CancellationToken cancellationToken)
    {
        var form = JsonSerializer.SerializeToNode(token, AccessJson.Options) as JsonObject;
        return AuditTable.AppendAsync(
            session,
            new AuditEntry
            {
                Actor = actor,
                Action = action,
                Subject = token.Name,
                ConnectionId = token.ConnectionId,
                Before = action == "token.revoke" ? form : null,
                After = action == "token.revoke" ? null : form,
            },
            cancellationToken);
    }
}
