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

    private ChaosWorld(ChaosPlan plan, TestDatabase database, FakeTimeProvider clock, SimulatorServer server)
    {
        Settings = new LifeSettings
        {
            Database = database,
            Observer = OpenOwn(database),
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
        Sessions =
        [
            .. Enumerable.Range(0, ChaosPlan.Writers)
                .Select(number => new AppSession(Settings.Observer, Book, Settings.Journal, number)),
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
        await Settings.Observer.DisposeAsync();
        await Server.DisposeAsync();
        await Settings.Database.DisposeAsync();
    }

    /// <summary>Of the writers' sessions and the test's: text and numbers need no types from the catalogue.</summary>
    private static NpgsqlDataSource OpenOwn(TestDatabase database)
    {
        var builder = new NpgsqlDataSourceBuilder(database.ConnectionString);
        builder.ConnectionStringBuilder.Options = "-c lock_timeout=250ms";
        builder.ConnectionStringBuilder.ApplicationName = "writer";
        builder.ConfigureTypeLoading(types => types.EnableTypeLoading(false));
        return builder.Build();
    }

    private bool IsProgramBlocked() => Settings.Ask(
        "select p.pid::text from pg_stat_activity p where p.datname = current_database() and p.wait_event_type = 'Lock' "
        + "and exists (select from pg_stat_activity w where w.application_name = 'writer' and w.pid = any(pg_blocking_pids(p.pid)))")
        .Count > 0;
}
