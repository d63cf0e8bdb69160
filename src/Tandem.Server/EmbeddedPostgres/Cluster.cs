using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Tandem.Server.EmbeddedPostgres;

/// <summary>
/// PostgreSQL's own programs at work on one data folder: make the cluster, start its server, stop it.
/// The embedded Postgres decides when; its start lock is held around every call.
/// </summary>
internal sealed class Cluster(DataFolder folder, PostgresBinaries binaries, ServerAccount account, EmbeddedPostgresOptions options)
{
    public const string SuperUser = "tandem";

    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(200);
    private static readonly Dictionary<string, string> NoVariables = new(StringComparer.Ordinal);

    /// <summary>
    /// Makes the cluster beside its place and renames it when it is whole, so that a crash leaves nothing half-made in use.
    /// </summary>
    public async Task CreateAsync(CancellationToken cancellationToken)
    {
        if (Directory.Exists(folder.UnfinishedCluster))
        {
            Directory.Delete(folder.UnfinishedCluster, recursive: true);
        }

        await folder.WriteNewPasswordAsync(account, cancellationToken);
        var result = await InitialiseAsync("C.UTF-8", cancellationToken);
        if (!result.IsSuccess && result.Output.Contains("invalid locale", StringComparison.Ordinal))
        {
            // Systems without C.UTF-8 (macOS, old C libraries) still have C; text stays UTF-8, only upper() and lower() know less.
            result = await InitialiseAsync("C", cancellationToken);
        }

        if (!result.IsSuccess)
        {
            throw new EmbeddedPostgresException(
                $"initdb of PostgreSQL {binaries.MajorVersion} could not make a cluster in {folder.Path}: {result.Output}");
        }

        await File.AppendAllTextAsync(
            Path.Combine(folder.UnfinishedCluster, "postgresql.conf"), $"\ninclude = '{ServerSettings.FileName}'\n", cancellationToken);
        Directory.Move(folder.UnfinishedCluster, folder.Cluster);
    }

    /// <summary>
    /// Starts the server and returns its port: the one it had before when that is free, so that addresses noted elsewhere stay true.
    /// A port that another program takes at this moment is replaced, and the last processes of a killed server are waited for.
    /// </summary>
    public async Task<int> StartAsync(TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        folder.TurnLog();
        var since = timeProvider.GetTimestamp();
        while (true)
        {
            var port = ChoosePort();
            await WriteSettingsAsync(port, cancellationToken);
            var logLength = folder.LogLength();
            var result = await PgCtlAsync(["start", "-w", "-s", "-l", folder.Log, "-t", Seconds()], cancellationToken);
            if (result.IsSuccess)
            {
                return port;
            }

            var log = await folder.ReadLogAsync(logLength, cancellationToken);
            var isPassing = log.Contains("Address already in use", StringComparison.Ordinal)
                || log.Contains("pre-existing shared memory block", StringComparison.Ordinal);
            if (!isPassing || timeProvider.GetElapsedTime(since) > options.Timeout)
            {
                throw new EmbeddedPostgresException(
                    $"The embedded Postgres in {folder.Path} did not start. Its log {folder.Log} says:{Environment.NewLine}"
                    + (log.Length > 0 ? log : result.Output));
            }

            await Task.Delay(RetryInterval, timeProvider, cancellationToken);
        }
    }

    /// <summary>Ends sessions and stops the server; one that is already gone is as good as stopped.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (PostmasterFile.Read(folder.Cluster)?.IsServerAlive(folder.Cluster) != true)
        {
            return;
        }

        var result = await PgCtlAsync(["stop", "-w", "-s", "-m", "fast", "-t", Seconds()], cancellationToken);
        if (!result.IsSuccess && PostmasterFile.Read(folder.Cluster)?.IsServerAlive(folder.Cluster) == true)
        {
            throw new EmbeddedPostgresException($"The embedded Postgres in {folder.Path} did not stop: {result.Output}");
        }
    }

    /// <summary>Makes the program's database; called when a login found that it does not exist.</summary>
    public async Task CreateDatabaseAsync(int port, string password, CancellationToken cancellationToken)
    {
        var result = await ToolRun.RunAsync(
            binaries.CreateDb,
            ["--host=127.0.0.1", $"--port={port}", $"--username={SuperUser}", "--no-password",
                "--maintenance-db=postgres", options.DatabaseName],
            account,
            folder.Path,
            new Dictionary<string, string>(StringComparer.Ordinal) { ["PGPASSWORD"] = password },
            cancellationToken);
        if (!result.IsSuccess)
        {
            throw new EmbeddedPostgresException(
                $"The database {options.DatabaseName} of the embedded Postgres could not be made: {result.Output}");
        }
    }

    private Task<ToolResult> InitialiseAsync(string locale, CancellationToken cancellationToken)
    {
        List<string> arguments =
        [
            $"--pgdata={folder.UnfinishedCluster}", $"--username={SuperUser}", $"--pwfile={folder.Password}", "--auth=scram-sha-256",
            "--encoding=UTF8", $"--locale={locale}", "--lc-messages=C",
        ];
        if (!options.IsDurable)
        {
            arguments.Add("--no-sync");
        }

        return ToolRun.RunAsync(binaries.InitDb, arguments, account, folder.Path, NoVariables, cancellationToken);
    }

    private Task<ToolResult> PgCtlAsync(string[] arguments, CancellationToken cancellationToken) =>
        ToolRun.RunAsync(binaries.PgCtl, [.. arguments, "-D", folder.Cluster], account, folder.Path, NoVariables, cancellationToken);

    private async Task WriteSettingsAsync(int port, CancellationToken cancellationToken)
    {
        // The number of a server that is gone may have a new owner, or be an unreaped process: PostgreSQL then refuses to start.
        // Its leftover sessions, if any, are still found by their shared memory, whose key comes from the folder and not from this file.
        if (PostmasterFile.Read(folder.Cluster)?.HasProcess() == true)
        {
            File.Delete(PostmasterFile.PathIn(folder.Cluster));
        }

        var path = SettingsPath();
        await File.WriteAllTextAsync(path, ServerSettings.Write(options, port), cancellationToken);
        await account.OwnAsync(path, cancellationToken);
    }

    private int ChoosePort()
    {
        var last = File.Exists(SettingsPath()) ? ServerSettings.ReadPortFrom(File.ReadAllText(SettingsPath())) : string.Empty;
        if (ushort.TryParse(last, CultureInfo.InvariantCulture, out var port) && port > 0 && TryBind(port) is { } same)
        {
            return same;
        }

        return TryBind(0) ?? throw new EmbeddedPostgresException("The system has no free port on 127.0.0.1 for the embedded Postgres.");
    }

    private static int? TryBind(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return (socket.LocalEndPoint as IPEndPoint)?.Port;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private string SettingsPath() => Path.Combine(folder.Cluster, ServerSettings.FileName);

    private string Seconds() => ((int)Math.Ceiling(options.Timeout.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
}
