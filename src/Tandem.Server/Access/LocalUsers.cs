using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;
using Tandem.Sync.Catalog;
using Tandem.Sync.Catalog.Access;

namespace Tandem.Server.Access;

/// <summary>The people who sign in by password: who they are, and what their passwords must be.</summary>
public sealed class LocalUsers(NpgsqlDataSource dataSource, TimeProvider timeProvider) : IDisposable
{
    private readonly LocalUserTable _table = new(dataSource);
    private readonly PasswordHashing _hashing = new();

    /// <exception cref="ConfigurationException">The name is taken or none, or the password is refused.</exception>
    public async Task<LocalUser> AddAsync(NewUser asked, string password, Actor actor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(asked);
        NameRules.CheckUserName(asked.Name);
        if (asked.Email is { } email)
            NameRules.CheckEmail(email);
        PasswordRules.Check(password, asked.Name, asked.Email);
        var hash = await _hashing.HashAsync(password, cancellationToken);
        var now = timeProvider.GetUtcNow();
        var user = new LocalUser
        {
            Id = Guid.CreateVersion7(now),
            Name = asked.Name,
            Email = asked.Email,
            Role = asked.Role,
            CreatedAt = now,
            PasswordChangedAt = now,
        };
        return await CatalogTransaction.RunAsync(
            dataSource,
            async session =>
            {
                await LocalUserTable.AddAsync(session, new StoredUser(user, hash), cancellationToken);
                await AuditTable.AppendAsync(
                    session,
                    new AuditEntry { Actor = actor, Action = "user.add", Subject = user.Name, After = Form(user) },
                    cancellationToken);
                return user;
            },
            cancellationToken);
    }

    public Task<IReadOnlyList<LocalUser>> ListAsync(CancellationToken cancellationToken) => _table.ListAsync(cancellationToken);

    /// <summary>Removes a user, who is signed out everywhere.</summary>
    /// <exception cref="ConfigurationException">There is no such user.</exception>
    public Task<LocalUser> RemoveAsync(string name, Actor actor, CancellationToken cancellationToken)
    {
        NameRules.CheckUserName(name);
        return CatalogTransaction.RunAsync(
            dataSource,
            async session =>
            {
                var user = await LocalUserTable.RemoveAsync(session, name, cancellationToken) ?? throw Unknown(name);
                await AuditTable.AppendAsync(
                    session,
                    new AuditEntry { Actor = actor, Action = "user.remove", Subject = user.Name, Before = Form(user) },
                    cancellationToken);
                return user;
            },
            cancellationToken);
    }

    /// <summary>Gives a user the e-mail address and the role that are given; both count from the next request on.</summary>
    /// <exception cref="ConfigurationException">There is no such user, or another one has the e-mail address.</exception>
    public Task<LocalUser> ChangeAsync(LocalUser asked, Actor actor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(asked);
        if (asked.Email is { } email)
            NameRules.CheckEmail(email);
        return CatalogTransaction.RunAsync(
            dataSource,
            async session =>
            {
                var before = await _table.FindAsync(asked.Name, cancellationToken) ?? throw Unknown(asked.Name);
                var user = await LocalUserTable.ChangeAsync(session, asked, cancellationToken) ?? throw Unknown(asked.Name);
                await AuditTable.AppendAsync(
                    session,
                    new AuditEntry
                    {
                        Actor = actor, Action = "user.change", Subject = user.Name, Before = Form(before.User), After = Form(user),
                    },
                    cancellationToken);
                return user;
            },
            cancellationToken);
    }

    /// <summary>Gives a user another password and signs the user out everywhere.</summary>
    /// <exception cref="ConfigurationException">There is no such user, or the password is refused.</exception>
    public async Task<LocalUser> SetPasswordAsync(string name, string password, Actor actor, CancellationToken cancellationToken)
    {
        NameRules.CheckUserName(name);
        var found = await _table.FindAsync(name, cancellationToken) ?? throw Unknown(name);
        PasswordRules.Check(password, found.User.Name, found.User.Email);
        var hash = await _hashing.HashAsync(password, cancellationToken);
        return await CatalogTransaction.RunAsync(
            dataSource,
            async session =>
            {
                var user = await LocalUserTable.SetPasswordAsync(session, name, hash, timeProvider.GetUtcNow(), cancellationToken)
                    ?? throw Unknown(name);
                await UserSessionTable.RemoveAllAsync(session, user.Id, cancellationToken);
                await AuditTable.AppendAsync(
                    session,
                    new AuditEntry { Actor = actor, Action = "user.change_password", Subject = user.Name },
                    cancellationToken);
                return user;
            },
            cancellationToken);
    }

    public void Dispose() => _hashing.Dispose();

    private static ConfigurationException Unknown(string name) => new($"There is no user {name}.");

    private static JsonNode? Form(LocalUser user) => JsonSerializer.SerializeToNode(user, AccessJson.Options);
}
