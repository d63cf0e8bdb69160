using System.Security.Cryptography;

namespace Tandem.Server.EmbeddedPostgres;

/// <summary>
/// The files of one embedded Postgres and what each is for: the cluster, its password, its log and the two locks.
/// The server makes and checks them through this type only.
/// </summary>
internal sealed record DataFolder
{
    private const UnixFileMode OwnerOnlyFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerOnlyFolder = OwnerOnlyFile | UnixFileMode.UserExecute;
    private const long LargestLog = 16 * 1024 * 1024;

    public required string Path { get; init; }

    public string Cluster => In("cluster");

    /// <summary>Where initdb works. A finished cluster is renamed, so that a half-made one is never taken for a cluster.</summary>
    public string UnfinishedCluster => In("cluster.new");

    public string Password => In("password");

    public string Log => In("server.log");

    /// <summary>Held alone by the program that starts or stops the server at this moment.</summary>
    public string StartLock => In("start.lock");

    /// <summary>Held together by every program that uses the server.</summary>
    public string UseLock => In("use.lock");

    public bool HasCluster => Directory.Exists(Cluster);

    private string[] OwnEntries => [Cluster, UnfinishedCluster, Password, Log, OldLog, StartLock, UseLock];

    private string OldLog => In("server.log.1");

    /// <summary>Makes the folder, or checks that what is in it is ours, and hands it to the server's account.</summary>
    public async Task PrepareAsync(ServerAccount account, CancellationToken cancellationToken)
    {
        if (Directory.Exists(Path))
        {
            RefuseForeignContent();
        }
        else
        {
            // Parents stay open to the server's account; the folder itself is closed to everybody else.
            Directory.CreateDirectory(Path);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(Path, OwnerOnlyFolder);
            }
        }

        await account.OwnAsync(Path, cancellationToken);
        await account.CheckReachesAsync(Path, cancellationToken);
    }

    /// <summary>Throws a sentence unless the cluster folder holds a cluster that these binaries can run.</summary>
    public void CheckCluster(PostgresBinaries binaries)
    {
        var versionFile = System.IO.Path.Combine(Cluster, "PG_VERSION");
        if (!File.Exists(versionFile))
        {
            throw new EmbeddedPostgresException(
                $"The folder {Cluster} is no PostgreSQL cluster: expected the file PG_VERSION in it, found none. "
                + "Move it away, or choose another data folder.");
        }

        var version = File.ReadAllText(versionFile).Trim();
        if (PostgresBinaries.ParseMajorVersion($"(PostgreSQL) {version}") != binaries.MajorVersion)
        {
            throw new EmbeddedPostgresException(
                $"The cluster in {Cluster} was made by PostgreSQL {version}, and the server programs in "
                + $"{binaries.Folder} are of PostgreSQL "
                + $"{binaries.MajorVersion}. Install PostgreSQL {version}, upgrade the cluster with pg_upgrade, or "
                + "choose another data folder.");
        }
    }

    /// <summary>The major version of the cluster, when there is one and it tells.</summary>
    public int? ClusterVersion()
    {
        var versionFile = System.IO.Path.Combine(Cluster, "PG_VERSION");
        return File.Exists(versionFile) ? PostgresBinaries.ParseMajorVersion($"(PostgreSQL) {File.ReadAllText(versionFile).Trim()}") : null;
    }

    /// <summary>Makes a password for a new cluster and keeps it where only the server's account reads it.</summary>
    public async Task<string> WriteNewPasswordAsync(ServerAccount account, CancellationToken cancellationToken)
    {
        File.Delete(Password);
        var password = RandomNumberGenerator.GetHexString(32, lowercase: true);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnlyFile;
        }

        await using (var writer = new StreamWriter(Password, options))
        {
            await writer.WriteLineAsync(password.AsMemory(), cancellationToken);
        }

        await account.OwnAsync(Password, cancellationToken);
        return password;
    }

    public async Task<string> ReadPasswordAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await File.ReadAllTextAsync(Password, cancellationToken)).Trim();
        }
        catch (FileNotFoundException exception)
        {
            throw new EmbeddedPostgresException(
                $"The cluster in {Cluster} has lost its password: expected it in {Password}, found no such file.", exception);
        }
    }

    /// <summary>Puts a log that has grown large aside, so that two files bound what the server ever writes.</summary>
    public void TurnLog()
    {
        if (File.Exists(Log) && new FileInfo(Log).Length > LargestLog)
        {
            File.Move(Log, OldLog, overwrite: true);
        }
    }

    public long LogLength() => File.Exists(Log) ? new FileInfo(Log).Length : 0;

    /// <summary>What the server wrote to its log after a position; the end of it when it is long.</summary>
    public async Task<string> ReadLogAsync(long after, CancellationToken cancellationToken)
    {
        const int Longest = 4000;
        if (!File.Exists(Log))
        {
            return string.Empty;
        }

        await using var file = new FileStream(Log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Position = Math.Max(Math.Min(after, file.Length), file.Length - Longest);
        using var reader = new StreamReader(file);
        return (await reader.ReadToEndAsync(cancellationToken)).Trim();
    }

    private void RefuseForeignContent()
    {
        var foreign = Directory.EnumerateFileSystemEntries(Path)
            .FirstOrDefault(entry => !OwnEntries.Contains(entry, StringComparer.Ordinal));
        if (foreign is not null)
        {
            throw new EmbeddedPostgresException(
                $"The data folder {Path} belongs to something else: expected an empty folder or one that an embedded Postgres made, "
                + $"found {System.IO.Path.GetFileName(foreign)} in it. Choose another data folder.");
        }
    }

    private string In(string name) => System.IO.Path.Combine(Path, name);
}
