using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Tandem.Server.EmbeddedPostgres;

namespace Tandem.Testing;

/// <summary>
/// The Postgres of the running test process: the server named by TANDEM_TEST_POSTGRES, or an embedded one without durability that starts
/// with the first test that asks and goes with the process. <see cref="TestDatabase"/> makes its databases on it.
/// </summary>
public static class PostgresServerFixture
{
    private const string AddressVariable = "TANDEM_TEST_POSTGRES";
    private const string FolderPrefix = "tandem-tests-postgres-";

    /// <summary>A file system in memory, where Linux has one.</summary>
    private const string MemoryFolder = "/dev/shm";

    /// <summary>Bytes that must be free there: the databases of all tests that run at once, with room to spare.</summary>
    private const long LeastMemory = 4L << 30;

    private static readonly Lazy<Task<string>> Server = new(StartAsync);

    /// <summary>The address of the server's maintenance database in Npgsql's form.</summary>
    public static Task<string> ConnectionStringAsync() => Server.Value;

    /// <summary>Reads an address in Npgsql's or in libpq's form.</summary>
    internal static string ReadAddress(string address)
    {
        if (!address.StartsWith("postgres://", StringComparison.Ordinal) && !address.StartsWith("postgresql://", StringComparison.Ordinal))
        {
            return address;
        }

        var uri = new Uri(address);
        var login = uri.UserInfo.Split(':', 2);
        return new NpgsqlConnectionStringBuilder
        {
            Host = uri.Host,
            Port = uri.Port > 0 ? uri.Port : 5432,
            Username = Uri.UnescapeDataString(login[0]),
            Password = login.Length > 1 ? Uri.UnescapeDataString(login[1]) : null,
            Database = Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/')),
        }.ConnectionString;
    }

    private static async Task<string> StartAsync()
    {
        if (Environment.GetEnvironmentVariable(AddressVariable) is { Length: > 0 } address)
        {
            return ReadAddress(address);
        }

        if (PostgresBinaries.FindAll().Count == 0)
        {
            var isOnCi = string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase);
            throw new MissingPostgresException(
                $"No PostgreSQL server was found on this machine. Install one, or set {AddressVariable}.", isOnCi);
        }

        await RemoveAbandonedAsync();
        var folder = Path.Combine(ChooseParent(), $"{FolderPrefix}{Environment.ProcessId}-{Guid.NewGuid():N}");
        var server = await EmbeddedPostgresServer.StartAsync(
            Options(folder), TimeProvider.System, NullLogger.Instance, CancellationToken.None);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => StopAndDeleteAsync(server, folder).GetAwaiter().GetResult();
        await MakeSignInCheapAsync(server.ConnectionString);
        return server.ConnectionString;
    }

    /// <summary>
    /// Replaces the 4,096 rounds of hashing of each sign-in, on both sides, by one (RFC 5802, section 3): the tests open sessions by the
    /// ten thousand, and the password of this server protects nothing.
    /// </summary>
    private static async Task MakeSignInCheapAsync(string address)
    {
        var login = new NpgsqlConnectionStringBuilder(address);
        var salt = RandomNumberGenerator.GetBytes(16);
        var salted = Rfc2898DeriveBytes.Pbkdf2(login.Password ?? "", salt, iterations: 1, HashAlgorithmName.SHA256, outputLength: 32);
        var storedKey = SHA256.HashData(HMACSHA256.HashData(salted, "Client Key"u8));
        var serverKey = HMACSHA256.HashData(salted, "Server Key"u8);
        var keys = $"{Convert.ToBase64String(storedKey)}:{Convert.ToBase64String(serverKey)}";
        await using var connection = new NpgsqlConnection(address);
        await connection.OpenAsync();
        var verifier = $"SCRAM-SHA-256$1:{Convert.ToBase64String(salt)}${keys}";
        await using var command = new NpgsqlCommand($"alter role {login.Username} password '{verifier}'", connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>
    /// Memory where there is enough: a database is 300 files, and most of what a test's database costs is to make and to delete them.
    /// </summary>
    private static string ChooseParent() =>
        Directory.Exists(MemoryFolder) && new DriveInfo(MemoryFolder).AvailableFreeSpace >= LeastMemory ? MemoryFolder : Path.GetTempPath();

    /// <summary>Stops and deletes what killed test processes left behind; their number stands in the folder's name.</summary>
    private static async Task RemoveAbandonedAsync()
    {
        var parents = new[] { MemoryFolder, Path.GetTempPath() }.Where(Directory.Exists);
        foreach (var folder in parents.SelectMany(parent => Directory.EnumerateDirectories(parent, FolderPrefix + "*")))
        {
            var owner = Path.GetFileName(folder)[FolderPrefix.Length..].Split('-')[0];
            if (!int.TryParse(owner, System.Globalization.CultureInfo.InvariantCulture, out var processId) || IsRunning(processId))
            {
                continue;
            }

            try
            {
                var server = await EmbeddedPostgresServer.StartAsync(
                    Options(folder), TimeProvider.System, NullLogger.Instance, CancellationToken.None);
                await StopAndDeleteAsync(server, folder);
            }
            catch (EmbeddedPostgresException)
            {
                // Another account's, or half deleted by a test process that sweeps at this moment: not ours to clear.
            }
            catch (IOException)
            {
                // As above.
            }
        }
    }

    private static bool IsRunning(int processId)
    {
        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(processId);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static async Task StopAndDeleteAsync(EmbeddedPostgresServer server, string folder)
    {
        await server.StopAsync(CancellationToken.None);
        Directory.Delete(folder, recursive: true);
    }

    private static EmbeddedPostgresOptions Options(string folder) => new()
    {
        DataFolder = folder,
        IsDurable = false,
        Settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["max_connections"] = "300", ["shared_buffers"] = "64MB", ["wal_level"] = "minimal", ["max_wal_senders"] = "0",
        },
    };
}
