using Microsoft.Extensions.Logging;
using Npgsql;

namespace Tandem.Server.EmbeddedPostgres;

/// <summary>
/// A PostgreSQL server of Tandem's own on loopback, for a program without DATABASE_URL. It outlives a killed program: the next start
/// adopts the living server of the same data folder, and recovers the cluster when the server was killed too. Several programs may use
/// one folder; the one that stops last stops the server.
/// </summary>
public sealed partial class EmbeddedPostgresServer : IAsyncDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    private readonly DataFolder _folder;
    private readonly Cluster _cluster;
    private readonly EmbeddedPostgresOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private FolderLock? _use;

    private EmbeddedPostgresServer(
        DataFolder folder, Cluster cluster, EmbeddedPostgresOptions options, TimeProvider timeProvider, ILogger logger)
    {
        _folder = folder;
        _cluster = cluster;
        _options = options;
        _timeProvider = timeProvider;
        _logger = logger;
    }

    /// <summary>The address in Npgsql's form; it holds the password.</summary>
    public string ConnectionString { get; private set; } = string.Empty;

    /// <summary>The address in libpq's form, for psql; it holds the password.</summary>
    public string Url { get; private set; } = string.Empty;

    public int Port { get; private set; }

    /// <summary>True when the cluster was there before this start.</summary>
    public bool WasReused { get; private set; }

    /// <summary>True when the server was already running and was taken over; settings of this start then wait for the next one.</summary>
    public bool WasAdopted { get; private set; }

    /// <summary>
    /// Makes, starts or adopts the server of a data folder and returns when it takes connections. Everything that can go wrong around us
    /// (no binaries, a foreign folder, a cluster of another version) throws <see cref="EmbeddedPostgresException"/>.
    /// </summary>
    public static async Task<EmbeddedPostgresServer> StartAsync(
        EmbeddedPostgresOptions options, TimeProvider timeProvider, ILogger logger, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (string.IsNullOrWhiteSpace(options.DataFolder) || string.IsNullOrWhiteSpace(options.DatabaseName))
        {
            throw new EmbeddedPostgresException("The embedded Postgres needs a data folder and a database name; found an empty one.");
        }

        if (OperatingSystem.IsWindows())
        {
            throw new EmbeddedPostgresException(
                "The embedded Postgres runs on Linux and macOS only. Set DATABASE_URL to a database of yours.");
        }

        ServerSettings.Check(options.Settings);
        var folder = new DataFolder { Path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.DataFolder)) };
        var binaries = ChooseBinaries(options, folder);
        var account = await ServerAccount.ChooseAsync(cancellationToken);
        try
        {
            await folder.PrepareAsync(account, cancellationToken);
            var cluster = new Cluster(folder, binaries, account, options);
            var server = new EmbeddedPostgresServer(folder, cluster, options, timeProvider, logger);
            await server.RunAsync(binaries, cancellationToken);
            return server;
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new EmbeddedPostgresException($"The data folder {folder.Path} belongs to another account: {exception.Message}",
                exception);
        }
    }

    /// <summary>
    /// Stops the server with its sessions, unless another program still uses it: then it runs on and only this use of it ends.
    /// A second call does nothing.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_use is null)
        {
            return;
        }

        using var start = await FolderLock.TakeAloneAsync(_folder.StartLock, _options.Timeout, _timeProvider, cancellationToken);
        _use.Dispose();
        _use = null;
        using var last = FolderLock.TryTakeAlone(_folder.UseLock);
        if (last is null)
        {
            LogLeftRunning(_folder.Path);
            return;
        }

        await _cluster.StopAsync(cancellationToken);
        LogStopped(_folder.Path);
    }

    public async ValueTask DisposeAsync() => await StopAsync(CancellationToken.None);

    private static PostgresBinaries ChooseBinaries(EmbeddedPostgresOptions options, DataFolder folder)
    {
        if (options.BinariesFolder is { } binariesFolder)
        {
            return PostgresBinaries.At(binariesFolder);
        }

        var version = folder.ClusterVersion();
        return PostgresBinaries.FindAll().FirstOrDefault(binaries => binaries.MajorVersion == version) ?? PostgresBinaries.Find();
    }

    private async Task RunAsync(PostgresBinaries binaries, CancellationToken cancellationToken)
    {
        var since = _timeProvider.GetTimestamp();
        using var start = await FolderLock.TakeAloneAsync(_folder.StartLock, _options.Timeout, _timeProvider, cancellationToken);
        WasReused = _folder.HasCluster;
        if (!WasReused)
        {
            await _cluster.CreateAsync(cancellationToken);
        }

        _folder.CheckCluster(binaries);
        var password = await _folder.ReadPasswordAsync(cancellationToken);
        await AdoptOrStartAsync(password, cancellationToken);
        _use = FolderLock.TryTakeShared(_folder.UseLock)
            ?? throw new EmbeddedPostgresException(
                $"The lock {_folder.UseLock} is held by a program that does not start or stop a server.");
        var took = _timeProvider.GetElapsedTime(since);
        LogStarted(_folder.Path, Port, WasReused, WasAdopted, took);
    }

    /// <summary>Ends when a login succeeded. An adopted server may be dying or stopping at this moment; then its end is awaited.</summary>
    private async Task AdoptOrStartAsync(string password, CancellationToken cancellationToken)
    {
        var since = _timeProvider.GetTimestamp();
        while (true)
        {
            var adopted = await AdoptAsync(cancellationToken);
            WasAdopted = adopted is not null;
            Port = adopted ?? await _cluster.StartAsync(_timeProvider, cancellationToken);
            SetAddress(password);
            try
            {
                await LogInAsync(password, cancellationToken);
                return;
            }
            catch (NpgsqlException exception)
                when (WasAdopted && IsGoing(exception) && _timeProvider.GetElapsedTime(since) < _options.Timeout)
            {
                await Task.Delay(PollInterval, _timeProvider, cancellationToken);
            }
            catch (NpgsqlException exception)
            {
                var answer = exception is PostgresException refused ? refused.MessageText : exception.Message;
                throw new EmbeddedPostgresException(
                    $"The Postgres in {_folder.Path} runs on port {Port}, but the login of {Cluster.SuperUser} failed: {answer}",
                    exception);
            }
        }
    }

    private static bool IsGoing(NpgsqlException exception) =>
        exception is not PostgresException { SqlState: not (PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.AdminShutdown) };

    /// <summary>The port of a living server, waited for when it is still recovering; null when none lives.</summary>
    private async Task<int?> AdoptAsync(CancellationToken cancellationToken)
    {
        var since = _timeProvider.GetTimestamp();
        while (PostmasterFile.Read(_folder.Cluster) is { } file && file.IsServerAlive(_folder.Cluster))
        {
            if (file.IsReady)
            {
                return file.Port;
            }

            if (_timeProvider.GetElapsedTime(since) > _options.Timeout)
            {
                throw new EmbeddedPostgresException(
                    $"The Postgres in {_folder.Path} (process {file.ProcessId}) runs, but took no connections for "
                    + $"{_options.Timeout.TotalSeconds:0} s. "
                    + $"Its log is {_folder.Log}.");
            }

            // The server is another process and its status a line in its file, so this asks again.
            await Task.Delay(PollInterval, _timeProvider, cancellationToken);
        }

        return null;
    }

    private async Task LogInAsync(string password, CancellationToken cancellationToken)
    {
        var address = new NpgsqlConnectionStringBuilder(ConnectionString) { Pooling = false }.ConnectionString;
        try
        {
            await using var connection = new NpgsqlConnection(address);
            await connection.OpenAsync(cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState is PostgresErrorCodes.InvalidCatalogName)
        {
            await _cluster.CreateDatabaseAsync(Port, password, cancellationToken);
        }
    }

    private void SetAddress(string password)
    {
        ConnectionString = new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = Port,
            Username = Cluster.SuperUser,
            Password = password,
            Database = _options.DatabaseName,

            // Asking for encryption that this server does not offer costs two questions with each session.
            SslMode = SslMode.Disable,
            GssEncryptionMode = GssEncryptionMode.Disable,
        }.ConnectionString;
        Url = $"postgres://{Cluster.SuperUser}:{password}@127.0.0.1:{Port}/{Uri.EscapeDataString(_options.DatabaseName)}";
    }

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "The embedded Postgres in {Folder} runs on port {Port} after {Took} (reused: {WasReused}, adopted: {WasAdopted})")]
    private partial void LogStarted(string folder, int port, bool wasReused, bool wasAdopted, TimeSpan took);

    [LoggerMessage(Level = LogLevel.Information, Message = "The embedded Postgres in {Folder} is stopped")]
    private partial void LogStopped(string folder);

    [LoggerMessage(Level = LogLevel.Information, Message = "The embedded Postgres in {Folder} runs on for another program that uses it")]
    private partial void LogLeftRunning(string folder);
}
