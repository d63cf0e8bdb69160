using System.Net;
using Npgsql;
using Tandem.Sync.Catalog.Access;

namespace Tandem.Server.Access;

/// <summary>
/// Signs people in by password, and knows who is signed in. Attempts are counted per account and per address before anything is hashed;
/// a name that nobody has takes the same time and gets the same answer as a wrong password. One per process.
/// </summary>
public sealed class LocalSignIn(NpgsqlDataSource dataSource, AccessOptions options, TimeProvider timeProvider) : IDisposable
{
    private const int LongestName = 254;
    private const int LongestPresented = 200;

    private readonly LocalUserTable _users = new(dataSource);
    private readonly UserSessionTable _sessions = new(dataSource);
    private readonly PasswordHashing _hashing = new();
    private readonly AttemptLimiter _accounts = new(options.AccountBurst, options.AccountInterval, options.Remembered, timeProvider);
    private readonly AttemptLimiter _addresses = new(options.AddressBurst, options.AddressInterval, options.Remembered, timeProvider);

    /// <param name="nameOrEmail">As typed.</param>
    /// <param name="address">Of the person, not of a proxy between.</param>
    public async Task<SignInOutcome> SignInAsync(
        string nameOrEmail, string password, IPAddress address, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(nameOrEmail);
        ArgumentNullException.ThrowIfNull(password);
        if (_addresses.Take(NetworkOf(address)) is var pause && pause > TimeSpan.Zero)
            return new SignInOutcome { RetryAfter = pause };
        var isName = nameOrEmail.Length is > 0 and <= LongestName && !nameOrEmail.Contains('\0', StringComparison.Ordinal);
        var typed = isName ? nameOrEmail.ToLowerInvariant() : "";
        var found = isName ? await _users.FindAsync(typed, cancellationToken) : null;

        // Name and e-mail address of a user are one account.
        var account = found is null ? typed : $"{found.User.Id}";
        if (_accounts.Take(account) is var wait && wait > TimeSpan.Zero)
            return new SignInOutcome { RetryAfter = wait };
        var tooLong = password.Length > PasswordRules.Longest;
        var hash = await _hashing.VerifyAsync(found?.PasswordHash, tooLong ? "" : password, cancellationToken);
        if (found is null || hash is null || tooLong)
            return new SignInOutcome();
        var outcome = await BeginAsync(found, hash, cancellationToken);
        if (outcome.User is not null)
            _accounts.Forgive(account);
        return outcome;
    }

    /// <summary>Who shows this session.</summary>
    /// <returns>Null when it is none or has ended.</returns>
    public async Task<Caller?> FindAsync(string presented, string? address, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(presented);
        if (presented.Length > LongestPresented || !OpaqueToken.IsWellFormed(presented))
            return null;
        var user = await _sessions.FindAsync(OpaqueToken.Hash(presented), timeProvider.GetUtcNow(), cancellationToken);
        return user is null
            ? null
            : new Caller
            {
                Actor = new Actor { Kind = ActorKind.User, Id = user.Id, Name = user.Name, Address = address },
                Scope = user.Role,
            };
    }

    /// <summary>Ends a session; one that has ended stays so.</summary>
    public Task SignOutAsync(string presented, CancellationToken cancellationToken) =>
        _sessions.RemoveAsync(OpaqueToken.Hash(presented), cancellationToken);

    public void Dispose() => _hashing.Dispose();

    private async Task<SignInOutcome> BeginAsync(StoredUser found, string hash, CancellationToken cancellationToken)
    {
        var now = timeProvider.GetUtcNow();
        var outcome = new SignInOutcome
        {
            User = found.User with { SignedInAt = now },
            Session = OpaqueToken.Make(),
            ExpiresAt = now + options.SessionLifetime,
        };
        return await CatalogTransaction.RunAsync(
            dataSource,
            async session =>
            {
                if (!await LocalUserTable.NoteSignInAsync(session, found, hash, now, cancellationToken))
                    return new SignInOutcome();
                await UserSessionTable.AddAsync(
                    session, OpaqueToken.Hash(outcome.Session), found.User.Id, now, outcome.ExpiresAt, cancellationToken);
                return outcome;
            },
            cancellationToken);
    }

    /// <summary>A home has a whole /64 of IPv6 addresses, so that is what counts as one.</summary>
    private static string NetworkOf(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        var bytes = plain.GetAddressBytes();
        return Convert.ToHexString(bytes.Length > 8 ? bytes[..8] : bytes);
    }
}
