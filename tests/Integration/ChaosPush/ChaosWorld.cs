using Npgsql;
using Tandem.Simulator;
using Tandem.Simulator.Bulk;
using Tandem.Sync.Catalog;
using Tandem.Sync.Push;
using Tandem.Sync.Running;
using Tandem.Sync.Upkeep;
using Tandem.Testing;
using Tandem.Tests.Integration.Lives;
using Tandem.Tests.Integration.Sync;

namespace Tandem.Tests.Integration.ChaosPush;

/// <summary>
/// An org in which nobody works, a database with four writers, and the program between them as it runs in earnest: a whole shift, with
/// polls and the upkeep of the log beside the push.
/// </summary>
internal sealed class ChaosWorld : IAsyncDisposable
{
    /// <summary>No pause of the program lasts longer, no limit and no interval is shorter.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Unlimited = TimeSpan.FromDays(40);

    /// <summary>The name of the writers' sessions.</summary>
    private const string Writer = "writer";

    private readonly NpgsqlDataSource _writers;

    private ChaosWorld(ChaosPlan plan, TestDatabase database, FakeTimeProvider clock, SimulatorServer server)
    {
        Settings = new LifeSettings
        {
            Database = database,
            Observer = LifeSettings.OpenObserver(database),
            Server = server,
            Clock = clock,
            ProgramTime = new PassingTime(clock, LongestPause),
            Types = TypeProfile.Heroku,
            Writes = plan.Writes,
            Mappings = () => ChaosTable.Mappings(plan.Keys),
            Options = new SyncOptions
            {
                PushFallback = Unlimited,
                RequestInterval = Unlimited,

                // More than a plan has locked records, for what stays locked fails in the end.
                RecordAttempts = 100,
                Upkeep = new UpkeepOptions { Interval = TimeSpan.FromMinutes(11), LiveEntries = plan.LiveEntries, BatchEntries = 3 },
                Push = new PushOptions
                {
                    FindsLocalParents = plan.FindsLocalParents,
                    ClaimRows = plan.ClaimRows,
                    CallRecords = plan.CallRecords,
                    BulkFrom = plan.BulkFrom,
                    BulkJobRecords = plan.BulkJobRecords,
                    SettleRows = plan.SettleRows,
                    ReadBackRecords = plan.ReadBackRecords,
                },
            },
        };
        Lives = new ProgramLives(Settings) { IsPrepared = true };
        Book = new RowBook(keepsOrder: plan.Writes == WriteAlgorithm.Ordered);
        _writers = OpenWriters(database);
        Sessions =
        [
            .. Enumerable.Range(0, ChaosPlan.Writers)
                .Select(number => new AppSession(_writers, Book, Settings.Journal, number)),
        ];
    }

    public LifeSettings Settings { get; }

    public ProgramLives Lives { get; }

    public RowBook Book { get; }

    public IReadOnlyList<AppSession> Sessions { get; }

    public SimulatorServer Server => Settings.Server;

    public static async Task<ChaosWorld> StartAsync(ChaosPlan plan)
    {
        var database = await ChaosTemplates.CopyAsync(plan.Keys);
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var server = await SimulatorServer.StartAsync(
            ChaosTemplates.EmptyOrg with { Seed = plan.Seed }, new PassingTime(clock, LongestAnswer), SyncWorld.Token);
        server.Bulk.Settings = new BulkSettings
        {
            JobDelay = plan.JobDelay, FailAfterChunks = plan.FailAfterChunks, ShufflesChunks = true, Seed = plan.Seed,
        };
        server.Control.Writes.Start();
        return new ChaosWorld(plan, database, clock, server);
    }

    /// <summary>Until the program has nothing to do, has ended, or waits for a lock that a writer holds.</summary>
    public async Task WorkAsync()
    {
        var life = await Lives.EnsureAsync();
        await Eventually.BecomesTrueAsync(
            () => life.IsDead || life.Ended.IsCompleted || life.Held.Count > 0 || Lives.CountQueued() == 0 || IsProgramBlocked(),
            "the program has nothing to do or waits for a writer",
            TimeSpan.FromSeconds(60),
            SyncWorld.Token);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var session in Sessions)
            await session.DisposeAsync();
        await Lives.DisposeAsync();
        await _writers.DisposeAsync();
        await Settings.Observer.DisposeAsync();
        await Server.DisposeAsync();
        await Settings.Database.DisposeAsync();
    }

    private static NpgsqlDataSource OpenWriters(TestDatabase database)
    {
        var builder = new NpgsqlDataSourceBuilder(database.ConnectionString);
        builder.ConnectionStringBuilder.Options = "-c lock_timeout=250ms";
        builder.ConnectionStringBuilder.ApplicationName = Writer;
        builder.ConfigureTypeLoading(types => types.EnableTypeLoading(false));
        return builder.Build();
    }

    /// <summary>True when a session waits for one of the writers: no writer waits itself while the program is waited for.</summary>
    private bool IsProgramBlocked() => Settings.Ask(
        "select l.pid::text from pg_locks l where not l.granted and exists (select from unnest(pg_blocking_pids(l.pid)) b, "
        + $"pg_stat_get_activity(b) a join pg_database d on d.oid = a.datid where a.application_name = '{Writer}' "
        + "and d.datname = current_database())")
        .Count > 0;
}
