using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Shouldly;
using Tandem.Server.EmbeddedPostgres;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Integration.EmbeddedPostgres;

/// <summary>
/// The life of an embedded Postgres on a real server: first start, reuse, kills, adoption, and the sentences of its refusals.
/// </summary>
public sealed class EmbeddedPostgresServerTests(ITestOutputHelper output) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private string DataFolder => _folder.Combine("data");

    private string ClusterFolder => Path.Combine(DataFolder, "cluster");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task First_start_makes_a_cluster_that_takes_logins()
    {
        var watch = Stopwatch.StartNew();
        await using var server = await StartAsync();
        output.WriteLine($"First start: {watch.ElapsedMilliseconds} ms");

        server.WasReused.ShouldBeFalse();
        server.WasAdopted.ShouldBeFalse();
        (await AskAsync(server, "select current_database()")).ShouldBe("tandem");
        (await AskAsync(server, "show server_encoding")).ShouldBe("UTF8");
        (await AskAsync(server, "show listen_addresses")).ShouldBe("127.0.0.1");
        server.Url.ShouldStartWith("postgres://tandem:");
        server.Url.ShouldEndWith($"@127.0.0.1:{server.Port}/tandem");
    }

    [Fact]
    public async Task Password_is_asked_for_and_its_file_is_closed_to_others()
    {
        await using var server = await StartAsync();

        var wrong = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Password = "wrong", Pooling = false };
        await using var connection = new NpgsqlConnection(wrong.ConnectionString);
        (await Should.ThrowAsync<PostgresException>(() => connection.OpenAsync(Cancelled))).SqlState.ShouldBe("28P01");
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(Path.Combine(DataFolder, "password")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    [Fact]
    public async Task Second_start_keeps_the_rows_the_password_and_the_port()
    {
        string address;
        await using (var first = await StartAsync())
        {
            address = first.ConnectionString;
            await AskAsync(first, "create table kept (id int)");
        }

        await using var second = await StartAsync();
        second.WasReused.ShouldBeTrue();
        second.WasAdopted.ShouldBeFalse();
        second.ConnectionString.ShouldBe(address);
        (await AskAsync(second, "select count(*) from kept")).ShouldBe(0L);
    }

    [Fact]
    public async Task Committed_rows_survive_a_killed_server()
    {
        await using var first = await StartAsync(new() { DataFolder = DataFolder, IsDurable = true });
        await AskAsync(first, "create table kept as select 7 as id");
        await KillServerAsync();

        await using var second = await StartAsync(new() { DataFolder = DataFolder, IsDurable = true });
        second.WasAdopted.ShouldBeFalse();
        second.Port.ShouldBe(first.Port);
        (await AskAsync(second, "select id from kept")).ShouldBe(7);
    }

    [Fact]
    public async Task A_stale_process_number_that_another_program_has_got_does_not_stop_the_start()
    {
        await (await StartAsync()).DisposeAsync();
        await File.WriteAllLinesAsync(
            Path.Combine(ClusterFolder, "postmaster.pid"),
            [$"{Environment.ProcessId}", ClusterFolder, "0", "1", "", "127.0.0.1", "0 0", "ready   "],
            Cancelled);

        await using var server = await StartAsync();
        server.WasAdopted.ShouldBeFalse();
        (await AskAsync(server, "select 1")).ShouldBe(1);
    }

    [Fact]
    public async Task A_living_server_is_adopted_and_the_last_user_stops_it()
    {
        var first = await StartAsync();
        var second = await StartAsync();
        second.WasAdopted.ShouldBeTrue();
        second.ConnectionString.ShouldBe(first.ConnectionString);

        await first.StopAsync(Cancelled);
        (await AskAsync(second, "select 1")).ShouldBe(1);

        await second.StopAsync(Cancelled);
        File.Exists(Path.Combine(ClusterFolder, "postmaster.pid")).ShouldBeFalse();
        await second.StopAsync(Cancelled);
    }

    [Fact]
    public async Task Starts_at_the_same_time_share_one_server()
    {
        var servers = await Task.WhenAll(StartAsync(), StartAsync(), StartAsync());

        servers.Select(server => server.Port).Distinct().Count().ShouldBe(1);
        servers.Count(server => !server.WasAdopted).ShouldBe(1);
        foreach (var server in servers)
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Settings_of_the_program_reach_the_server()
    {
        await using var server = await StartAsync(new()
        {
            DataFolder = DataFolder,
            DatabaseName = "Orders of 'May'",
            IsDurable = false,
            Settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["work_mem"] = "7MB", ["cluster_name"] = @"it's \ here" },
        });

        (await AskAsync(server, "show work_mem")).ShouldBe("7MB");
        (await AskAsync(server, "show cluster_name")).ShouldBe(@"it's \ here");
        (await AskAsync(server, "show fsync")).ShouldBe("off");
        (await AskAsync(server, "select current_database()")).ShouldBe("Orders of 'May'");
    }

    [Fact]
    public async Task A_setting_that_the_server_rejects_shows_the_end_of_its_log()
    {
        var refusal = await RefusalAsync(new()
        {
            DataFolder = DataFolder,
            IsDurable = false,
            Settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["no_such_setting"] = "1" },
        });

        refusal.ShouldContain("did not start");
        refusal.ShouldContain("unrecognized configuration parameter \"no_such_setting\"");
    }

    [Fact]
    public async Task The_address_is_not_the_programs_to_set() =>
        (await RefusalAsync(new()
        {
            DataFolder = DataFolder,
            Settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["listen_addresses"] = "*" },
        })).ShouldContain("listen_addresses");

    [Fact]
    public async Task A_folder_without_binaries_is_named_with_what_is_missing()
    {
        var refusal = await RefusalAsync(new() { DataFolder = DataFolder, BinariesFolder = _folder.FullPath });

        refusal.ShouldContain(_folder.FullPath);
        refusal.ShouldContain("missing initdb, pg_ctl, postgres, createdb");
    }

    [Fact]
    public async Task A_folder_of_something_else_is_left_alone()
    {
        Directory.CreateDirectory(DataFolder);
        await File.WriteAllTextAsync(Path.Combine(DataFolder, "thesis.txt"), "years of work", Cancelled);

        (await RefusalAsync(new() { DataFolder = DataFolder })).ShouldContain("thesis.txt");
        Directory.GetFileSystemEntries(DataFolder).Length.ShouldBe(1);
    }

    [Fact]
    public async Task A_cluster_folder_that_is_no_cluster_is_refused()
    {
        Directory.CreateDirectory(ClusterFolder);

        (await RefusalAsync(new() { DataFolder = DataFolder })).ShouldContain("is no PostgreSQL cluster: expected the file PG_VERSION");
    }

    [Fact]
    public async Task A_cluster_of_another_version_is_refused_with_both_versions()
    {
        await (await StartAsync()).DisposeAsync();
        await File.WriteAllTextAsync(Path.Combine(ClusterFolder, "PG_VERSION"), "9", Cancelled);

        var refusal = await RefusalAsync(new() { DataFolder = DataFolder });
        refusal.ShouldContain("was made by PostgreSQL 9");
        refusal.ShouldContain($"are of PostgreSQL {PostgresBinaries.Find().MajorVersion}");
    }

    [Fact]
    public async Task A_half_made_cluster_is_made_anew()
    {
        Directory.CreateDirectory(Path.Combine(DataFolder, "cluster.new", "base"));

        await using var server = await StartAsync();
        server.WasReused.ShouldBeFalse();
        Directory.Exists(Path.Combine(DataFolder, "cluster.new")).ShouldBeFalse();
    }

    [Fact]
    public async Task The_harness_makes_separate_databases()
    {
        var watch = Stopwatch.StartNew();
        await using var one = await TestDatabase.CreateAsync();
        output.WriteLine($"First database, with the server's start when it is the first: {watch.ElapsedMilliseconds} ms");
        watch.Restart();
        await using var two = await TestDatabase.CreateAsync();
        output.WriteLine($"Another database: {watch.ElapsedMilliseconds} ms");

        await using var command = one.DataSource.CreateCommand("create table mine (id int)");
        await command.ExecuteNonQueryAsync(Cancelled);
        await using var probe = two.DataSource.CreateCommand("select to_regclass('mine') is null");
        (await probe.ExecuteScalarAsync(Cancelled)).ShouldBe(true);
    }

    private Task<EmbeddedPostgresServer> StartAsync() => StartAsync(new() { DataFolder = DataFolder, IsDurable = false });

    private static Task<EmbeddedPostgresServer> StartAsync(EmbeddedPostgresOptions options)
    {
        if (PostgresBinaries.FindAll().Count == 0)
        {
            var isOnCi = Environment.GetEnvironmentVariable("CI") is "true";
            throw new MissingPostgresException("No PostgreSQL server was found on this machine.", isOnCi);
        }

        return EmbeddedPostgresServer.StartAsync(options, TimeProvider.System, NullLogger.Instance, Cancelled);
    }

    private static async Task<string> RefusalAsync(EmbeddedPostgresOptions options) =>
        (await Should.ThrowAsync<EmbeddedPostgresException>(() => StartAsync(options))).Message;

    private static async Task<object?> AskAsync(EmbeddedPostgresServer server, string sql)
    {
        // Unpooled: a pool would hand out connections that died with a killed server.
        var address = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Pooling = false }.ConnectionString;
        await using var connection = new NpgsqlConnection(address);
        await connection.OpenAsync(Cancelled);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Cancelled);
    }

    private async Task KillServerAsync()
    {
        var file = await File.ReadAllLinesAsync(Path.Combine(ClusterFolder, "postmaster.pid"), Cancelled);
        using var process = Process.GetProcessById(int.Parse(file[0], System.Globalization.CultureInfo.InvariantCulture));
        process.Kill();
    }
}
