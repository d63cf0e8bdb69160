using System.Security.Cryptography;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Tandem.Sync.Catalog;
using Tandem.Sync.Catalog.Access;

namespace Tandem.Server.Secrets;

/// <summary>
/// Encrypts what the catalogue keeps secret, by ASP.NET Data Protection. Its keys stand in the catalogue, each sealed by the master key.
/// The framework answers keys that it cannot read with a new one, so opening the vault checks first that the master key is the ring's.
/// </summary>
public sealed class SecretVault : IDisposable
{
    private const string CanaryPurpose = "tandem canary";
    private const string CanaryText = "The master key is the right one.";

    private readonly ServiceProvider? _services;

    private SecretVault(ServiceProvider? services) => _services = services;

    /// <summary>Whether secrets can be stored and read: a master key was given.</summary>
    public bool IsOpen => _services is not null;

    /// <summary>
    /// Opens the vault of a catalogue. The first master key becomes the catalogue's; later ones must be the same, unless the previous
    /// one is given too: then the ring is sealed anew.
    /// </summary>
    /// <exception cref="ConfigurationException">
    /// The master key is not the catalogue's, is missing, or a key of the ring was changed.
    /// </exception>
    public static async Task<SecretVault> OpenAsync(
        NpgsqlDataSource dataSource, MasterKeys keys, ILoggerFactory loggerFactory, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(keys);
        var table = new KeyRingTable(dataSource);
        if (keys.Current is not { } key)
        {
            await RefuseWithoutKeyAsync(dataSource, cancellationToken);
            return new SecretVault(null);
        }

        await CatalogTransaction.RunAsync(
            dataSource, session => HoldMasterKeyAsync(session, table, key, keys.Previous, cancellationToken), cancellationToken);
        var services = BuildServices(table, key, loggerFactory);
        try
        {
            // One program at a time makes the first key, so that all that start together use the same.
            await CatalogTransaction.RunAsync(
                dataSource,
                async session =>
                {
                    await KeyRingTable.LockAsync(session, cancellationToken);
                    CheckRing(services, table.List().Count);
                    return true;
                },
                cancellationToken);
            return new SecretVault(services);
        }
        catch
        {
            await services.DisposeAsync();
            throw;
        }
    }

    /// <summary>Seals the ring by another master key. Programs that run with the old one read on, and store no new keys.</summary>
    /// <exception cref="ConfigurationException">The ring is under neither key.</exception>
    public static Task RewrapAsync(
        NpgsqlDataSource dataSource, MasterKey previous, MasterKey current, CancellationToken cancellationToken) =>
        CatalogTransaction.RunAsync(
            dataSource,
            session => HoldMasterKeyAsync(session, new KeyRingTable(dataSource), current, previous, cancellationToken),
            cancellationToken);

    /// <param name="purpose">What the text is and whose; reading it needs the same.</param>
    /// <exception cref="ConfigurationException">There is no master key.</exception>
    public byte[] Protect(string text, params string[] purpose) => Protector(purpose).Protect(Encoding.UTF8.GetBytes(text));

    /// <exception cref="ConfigurationException">There is no master key.</exception>
    /// <exception cref="CryptographicException">It was protected for another purpose or changed since.</exception>
    public string Unprotect(byte[] content, params string[] purpose) => Encoding.UTF8.GetString(Protector(purpose).Unprotect(content));

    public void Dispose() => _services?.Dispose();

    private IDataProtector Protector(string[] purpose) => _services is { } services
        ? services.GetRequiredService<IDataProtectionProvider>().CreateProtector(purpose)
        : throw new ConfigurationException(
            "There is no master key, so no secret can be stored: start with "
            + $"{MasterKeys.FileVariable} or {MasterKeys.Variable}, 32 random bytes as base64 (openssl rand -base64 32).");

    private static ServiceProvider BuildServices(KeyRingTable table, MasterKey key, ILoggerFactory loggerFactory)
    {
        var services = new ServiceCollection();
        services.AddSingleton(loggerFactory);
        services.AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        services.AddSingleton(key);
        services.AddDataProtection().SetApplicationName("tandem");
        services.Configure<KeyManagementOptions>(options =>
        {
            options.XmlRepository = new RingRepository(table, key);
            options.XmlEncryptor = new RingEncryptor(key);
        });
        return services.BuildServiceProvider();
    }

    private static async Task RefuseWithoutKeyAsync(NpgsqlDataSource dataSource, CancellationToken cancellationToken)
    {
        await using var session = await dataSource.OpenConnectionAsync(cancellationToken);
        if (await KeyRingTable.FindMasterKeyAsync(session, cancellationToken) is not null)
        {
            throw new ConfigurationException(
                $"The secrets of this database are encrypted by a master key, and none is given: set {MasterKeys.FileVariable} or "
                + $"{MasterKeys.Variable}.");
        }
    }

    /// <summary>Makes the key the catalogue's, or confirms that it is.</summary>
    private static async Task<bool> HoldMasterKeyAsync(
        NpgsqlConnection session, KeyRingTable table, MasterKey key, MasterKey? previous, CancellationToken cancellationToken)
    {
        await KeyRingTable.LockAsync(session, cancellationToken);
        var note = await KeyRingTable.FindMasterKeyAsync(session, cancellationToken);
        if (note is not null && Opens(key, note))
            return false;
        if (note is not null && (previous is null || !Opens(previous, note)))
        {
            throw new ConfigurationException(
                "This is not the master key that the secrets of this database are encrypted by. Give that one; or, to change it, give it "
                + $"as {MasterKeys.PreviousFileVariable} or {MasterKeys.PreviousVariable} beside the new one.");
        }

        // Before the keys are read: from here on nobody adds one under the old master key.
        await KeyRingTable.SaveMasterKeyAsync(
            session, new MasterKeyNote(key.Id, key.Seal(CanaryText, CanaryPurpose)), cancellationToken);
        // A ring that lost its note is taken on only when this key opens it.
        var from = note is null ? key : previous ?? key;
        foreach (var (name, content) in table.List())
            await KeyRingTable.ReplaceAsync(session, name, Rewrap(name, content, from, key), cancellationToken);
        return true;
    }

    private static bool Opens(MasterKey key, MasterKeyNote note)
    {
        try
        {
            return key.Open(note.Canary, CanaryPurpose) == CanaryText;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static string Rewrap(string name, string content, MasterKey previous, MasterKey key)
    {
        try
        {
            var element = XElement.Parse(content);
            foreach (var secret in element.Descendants(RingElement.Name).ToList())
                secret.ReplaceWith(RingElement.Seal(RingElement.Open(secret, previous), key));
            return element.ToString(SaveOptions.DisableFormatting);
        }
        catch (Exception exception) when (exception is CryptographicException or XmlException)
        {
            throw Unreadable(name, exception);
        }
    }

    /// <summary>Reads every key, which makes the first one when there is none.</summary>
    private static void CheckRing(ServiceProvider services, int rows)
    {
        var keys = ReadKeys(services.GetRequiredService<IKeyManager>());
        // The framework leaves out what it cannot make sense of, and would make a new key in its place.
        if (keys.Count != rows)
            throw Unreadable("a row", null);
        foreach (var key in keys)
        {
            try
            {
                key.CreateEncryptor();
            }
            catch (Exception exception) when (exception is CryptographicException or XmlException or InvalidOperationException)
            {
                throw Unreadable($"key-{key.KeyId:D}", exception);
            }
        }

        services.GetRequiredService<IDataProtectionProvider>().CreateProtector("first key").Protect([]);
    }

    private static IReadOnlyCollection<IKey> ReadKeys(IKeyManager manager)
    {
        try
        {
            return manager.GetAllKeys();
        }
        catch (Exception exception) when (exception is XmlException or CryptographicException)
        {
            throw Unreadable("a row", exception);
        }
    }

    private static ConfigurationException Unreadable(string name, Exception? inner) => new(
        $"The key ring in tandem.key_ring cannot be read: {name} was changed or damaged. Restore the table from a backup.", inner);
}
