using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Tandem.Sync.Catalog.Access;

namespace Tandem.Server.Access;

/// <summary>
/// Hashes passwords by the framework's hasher, PBKDF2 with HMAC-SHA512. A hash takes a tenth of a second of a core on purpose, so only
/// some run at a time, whoever asks for more.
/// </summary>
internal sealed class PasswordHashing : IDisposable
{
    /// <summary>What OWASP asks of this function; raising it makes hashes anew as their users sign in.</summary>
    private const int Iterations = 210_000;

    private readonly PasswordHasher<LocalUser> _hasher;
    private readonly SemaphoreSlim _slots = new(Math.Max(1, Environment.ProcessorCount / 2));
    private readonly LocalUser _nobody = new()
    {
        Id = Guid.Empty,
        Name = "",
        Role = AccessScope.Read,
        CreatedAt = DateTimeOffset.UnixEpoch,
        PasswordChangedAt = DateTimeOffset.UnixEpoch,
    };

    private readonly Lazy<string> _nobodysHash;

    public PasswordHashing(int iterations = Iterations)
    {
        _hasher = new PasswordHasher<LocalUser>(Options.Create(new PasswordHasherOptions { IterationCount = iterations }));
        _nobodysHash = new Lazy<string>(() => _hasher.HashPassword(_nobody, OpaqueToken.Make()));
    }

    public Task<string> HashAsync(string password, CancellationToken cancellationToken) =>
        RunAsync(() => _hasher.HashPassword(_nobody, password), cancellationToken);

    /// <summary>Checks a password, for as long when there is no user as when there is one.</summary>
    /// <param name="hash">Null when there is no such user.</param>
    /// <returns>Null when it is wrong; else the hash to keep, a newer one when the stored one is of an older kind.</returns>
    public Task<string?> VerifyAsync(string? hash, string password, CancellationToken cancellationToken) => RunAsync(
        () =>
        {
            // Made by the first check of all, whoever is asked for: else the first unknown name would take twice as long.
            var nobodys = _nobodysHash.Value;
            var result = _hasher.VerifyHashedPassword(_nobody, hash ?? nobodys, password);
            if (hash is null || result == PasswordVerificationResult.Failed)
                return null;
            return result == PasswordVerificationResult.SuccessRehashNeeded ? _hasher.HashPassword(_nobody, password) : hash;
        },
        cancellationToken);

    public void Dispose() => _slots.Dispose();

    private async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        await _slots.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(work, cancellationToken);
        }
        finally
        {
            _slots.Release();
        }
    }
}
