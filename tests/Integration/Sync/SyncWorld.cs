using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Shouldly;
using Tandem.Postgres;
using Tandem.Salesforce;
using Tandem.Salesforce.Auth;
using Tandem.Simulator;
using Tandem.Simulator.Control;
using Tandem.Sync.Catalog;
using Tandem.Sync.Faults;
using Tandem.Sync.Pull;
using Tandem.Sync.Push;
using Tandem.Sync.Running;
using Tandem.Sync.Schema;
using Tandem.Sync.Verify;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Integration.Sync;

/// <summary>
/// A database, a simulated org behind a <see cref="FaultProxy"/>, and the pieces of the sync between them, which a test runs one by
/// one. The org's clock stands still until a test moves it; the sync's own clock runs.
/// </summary>
internal sealed class SyncWorld : IAsyncDisposable
{
    /// <summary>A condition on pg_locks l: the lock of the shift. A push that sleeps holds another, in a session of its own.</summary>
    public const string IsShiftLock =
        "l.locktype = 'advisory' and l.classid::bigint << 32 | l.objid::bigint = hashtextextended('tandem shift salesforce', 0)";

    private static readonly SimulatorOptions Defaults = new();

    /// <summary>Databases with the catalogue in it, which every world needs.</summary>
    public static readonly TestTemplate Migrated =
        new(dataSource => new CatalogDatabase(dataSource).MigrateAsync(CancellationToken.None));

    private readonly ShiftSettings _settings;
    private LiveMappings? _mappings;
    private OrgIdentity? _identity;

    private SyncWorld(
        TestDatabase database, FakeTimeProvider orgTime, SimulatorServer server, FaultProxy proxy, string schema, SyncOptions sync)
    {
        Database = database;
        Target = new TargetDatabase(database.DataSource);
        OrgTime = orgTime;
        Server = server;
        Proxy = proxy;
        Schema = schema;
        Org = new OrgUser(server);
        Salesforce = NewClient(Password());
        _settings = new ShiftSettings { Sync = sync, TimeProvider = TimeProvider.System, LoggerFactory = NullLoggerFactory.Instance };
    }

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public TestDatabase Database { get; }

    public TargetDatabase Target { get; }

    public FakeTimeProvider OrgTime { get; }

    public SimulatorServer Server { get; }

    public FaultProxy Proxy { get; }

    public string Schema { get; }

    /// <summary>Which column types the tables get that are made from now on.</summary>
    public TypeProfile Types { get; set; }

    public OrgUser Org { get; }

    public SalesforceClient Salesforce { get; }

    public LiveMappings Mappings => _mappings.ShouldNotBeNull();

    /// <param name="restLoadRows">Zero, so that even the few records of a test come by Bulk.</param>
    public static async Task<SyncWorld> StartAsync(
        int contacts = 0, string schema = "salesforce", SyncOptions? sync = null, string? metadataFile = null, TimeSpan jobDelay = default,
        int restLoadRows = 0, bool hasSeveralCurrencies = false)
    {
        var database = await TestDatabase.CreateAsync(Migrated);
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var options = new SimulatorOptions
        {
            Rows = contacts, MetadataFile = metadataFile, BulkJobDelay = jobDelay, HasSeveralCurrencies = hasSeveralCurrencies,
        };
        var server = await SimulatorServer.StartAsync(options, time, Token);
        var proxy = await FaultProxy.StartAsync(server.BaseAddress, Token);
        sync = (sync ?? new SyncOptions()) with { LostInsertPause = TimeSpan.FromMilliseconds(1), RestLoadRows = restLoadRows };

        // The org decides how long the pages that it lists are; a test that asks for short ones gets them.
        server.Bulk.Settings = server.Bulk.Settings with { DefaultPageRecords = Math.Min(sync.LoadPageRecords, 100_000) };
        return new SyncWorld(database, time, server, proxy, schema, sync);
    }

    public static OAuthGrant Password() =>
        OAuthGrant.Password(Defaults.ClientId, Defaults.ClientSecret, Defaults.UserName, Defaults.Password);

    public static Mapping ReadWrite(string objectName, string? upsertField, params string[] fields) =>
        new() { ObjectName = objectName, Access = MappingAccess.ReadWrite, Fields = fields, UpsertField = upsertField };

    public static Mapping Accounts(string? upsertField = "Ext_Id__c") => ReadWrite(
        "Account", upsertField, "Name", "Phone", "Industry", "AnnualRevenue", "NumberOfEmployees", "Description", "CreatedDate",
        "Ext_Id__c");

    public static Mapping Contacts() => ReadWrite(
        "Contact", null, "LastName", "FirstName", "Name", "Email", "Birthdate", "DoNotCall", "AccountId", "Description", "CreatedDate");

    /// <summary>A client of its own; requests are tried again without a pause worth speaking of.</summary>
    public SalesforceClient NewClient(OAuthGrant grant) => new(
        new SalesforceOptions { LoginUrl = Proxy.Address, RetryBaseDelay = TimeSpan.FromMilliseconds(1) },
        grant,
        TimeProvider.System,
        NullLoggerFactory.Instance);

    /// <summary>Makes tables and triggers for the mappings, and no pull or push yet.</summary>
    public async Task PrepareAsync(params Mapping[] mappings)
    {
        await new CatalogDatabase(Database.DataSource).MigrateAsync(Token);
        await using (var shift = NewShift())
        {
            await shift.PrepareAsync(mappings, Token);
            _identity = shift.Identity;
        }

        await ForgetAsync(mappings);
    }

    /// <summary>What a new start knows: nothing but what is stored.</summary>
    public async Task ForgetAsync(params Mapping[] mappings)
    {
        _mappings?.Dispose();
        _mappings = new LiveMappings(Schema, await MappingCheck.CheckAsync(Salesforce, mappings, Schema, Types, Token));
        foreach (var mapping in Mappings.All)
            mapping.Note(await ReadProgressAsync(mapping.Mapped.Name));
    }

    /// <summary>Prepares and loads.</summary>
    public async Task LoadAsync(params Mapping[] mappings)
    {
        await PrepareAsync(mappings);
        foreach (var mapping in Mappings.All)
            await LoadAsync(mapping.Mapped.Name);
    }

    public async Task<Progress> LoadAsync(string objectName, CancellationToken? cancellationToken = null, Action<Progress>? report = null)
    {
        var mapping = Find(objectName);
        var load = new InitialLoad(Salesforce, Progress, _settings.Sync, TimeProvider.System, NullLogger<InitialLoad>.Instance);
        await using var connection = await Database.DataSource.OpenConnectionAsync(Token);
        var progress = await load.RunAsync(mapping.Mapped, connection, report ?? mapping.Note, cancellationToken ?? Token);
        mapping.Note(progress);
        return progress;
    }

    /// <param name="session">Null takes one of the test's own.</param>
    /// <returns>How many rows were written or deleted.</returns>
    public async Task<int> PollAsync(string objectName, PullSession? session = null)
    {
        var mapping = Find(objectName);
        return await RunAsync(mapping, new Poll(Salesforce, Progress, _settings.Sync, NullLoggerFactory.Instance), session);
    }

    /// <summary>Polls, and reads the delete log if it is due by the org's clock as it stands now.</summary>
    public async Task<int> PollWithDeletesAsync(string objectName)
    {
        await AskTheTimeAsync();
        return await PollAsync(objectName);
    }

    /// <summary>Lets the client see the org's clock, which a test may have moved since the last answer.</summary>
    public Task AskTheTimeAsync() => Salesforce.Limits.GetAsync(Token);

    /// <summary>Reads every record anew beside the table in use.</summary>
    /// <param name="session">Null takes one of the test's own.</param>
    public async Task ReloadAsync(string objectName, PullSession? session = null)
    {
        var mapping = Find(objectName);
        var refreshes = new RefreshTable(Schema);
        var pass = new RefreshPass(Salesforce, refreshes, Progress, _settings.Sync);
        await using var connection = await Database.DataSource.OpenConnectionAsync(Token);
        await refreshes.AskAsync(
            connection, objectName, RefreshKind.Reload, new TableContent(mapping.Mapped.Columns, mapping.Mapped.Mapping.Filter), Token);
        var refresh = (await pass.FindNextAsync(mapping.Mapped, connection, Token)).ShouldNotBeNull();
        var (progress, left) = await pass.RunAsync(Turn(mapping, connection, mapping.Progress, session), refresh, () => false, Token);
        left.ShouldBeNull();
        mapping.Note(progress);
    }

    /// <summary>Compares the ids of both sides if that is due.</summary>
    /// <returns>Null when it is not.</returns>
    public async Task<int?> ReconcileAsync(string objectName)
    {
        var mapping = Find(objectName);
        await AskTheTimeAsync();
        var pass = new Reconciliation(Salesforce, Progress, _settings.Sync.Poll, NullLogger<Reconciliation>.Instance);
        return pass.IsDue(mapping.Mapped, mapping.Progress) ? await RunAsync(mapping, pass) : null;
    }

    /// <summary>Reads those records again that did not fit.</summary>
    public async Task<int> HeldRowsPassAsync(string objectName)
    {
        var mapping = Find(objectName);
        var widening = new ColumnWidening(Salesforce, NullLogger<ColumnWidening>.Instance);
        var pass = new HeldRowsPass(Salesforce, ReadErrors, widening, NullLogger<HeldRowsPass>.Instance);
        await using var connection = await Database.DataSource.OpenConnectionAsync(Token);
        var progress = await Progress.ReadAsync(connection, objectName, Token);
        return (await pass.RunAsync(Turn(mapping, connection, progress), Token)).Changed;
    }

    /// <summary>Compares both sides as a shift does, by the org's clock.</summary>
    public async Task<VerifyReport> VerifyAsync(
        string objectName, VerifyRequest request, SyncOptions? options = null, CancellationToken? cancellationToken = null)
    {
        using var verifier = new Verifier(Salesforce, Schema, options ?? _settings.Sync, OrgTime, NullLogger<Verifier>.Instance);
        return await verifier.RunAsync(Find(objectName), request, Database.DataSource, cancellationToken ?? Token);
    }

    /// <summary>The org's next Bulk result page is this, whatever it holds; it says that it is the last.</summary>
    public void AnswerWithPage(string body, int announced) => Server.Control.Faults.Add(new FaultRule
    {
        Path = "*/results",
        Times = 1,
        Kind = FaultKind.Answer,
        Status = 200,
        ContentType = "text/csv",
        Body = body,
        Headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            ["Sforce-Locator"] = "null",
            ["Sforce-NumberOfRecords"] = announced.ToString(CultureInfo.InvariantCulture),
        },
    });

    /// <summary>Pushes until nothing is queued.</summary>
    /// <param name="sync">Null takes the world's.</param>
    public async Task PushAsync(SyncOptions? sync = null)
    {
        await using var push = StartPush(sync);
        await QuiesceAsync(push);
    }

    /// <param name="time">Null takes a clock that runs.</param>
    /// <param name="database">Null takes the test's, which has as many sessions as are asked for.</param>
    public BackgroundRun StartPush(SyncOptions? sync = null, TimeProvider? time = null, TargetDatabase? database = null)
    {
        var identity = _identity.ShouldNotBeNull();
        var writer = new RecordWriter(Salesforce, new LostInserts(Salesforce, identity), NullLogger<RecordWriter>.Instance);
        var loop = new PushLoop(Mappings, writer, sync ?? _settings.Sync, time ?? TimeProvider.System, NullLogger<PushLoop>.Instance);
        return new BackgroundRun(token => loop.RunAsync(database ?? Target, token));
    }

    /// <summary>Pushes, and ends that at the step as a crash would when it comes there for the time that is told.</summary>
    public async Task CrashPushAsync(string step, int reach)
    {
        var hits = 0;
        using (Failpoints.Listen(name =>
        {
            // The other half of the push dies with the program too.
            if (Volatile.Read(ref hits) >= reach || (name == step && Interlocked.Increment(ref hits) >= reach))
                throw new IOException($"A crash at {step}.");
        }))
        {
            await using var push = StartPush();
            await UntilAsync(() => push.Ended.IsCompleted, $"the push has died at {step}");
            (await Should.ThrowAsync<IOException>(() => push.Ended)).Message.ShouldContain(step);
        }
    }

    /// <param name="database">Null takes the test's, which has as many sessions as are asked for.</param>
    /// <param name="connection">Null takes one of which nothing is stored.</param>
    public ConnectionShift NewShift(
        SalesforceClient? salesforce = null, TargetDatabase? database = null, Connection? connection = null) => new(
        connection ?? new Connection
        {
            Id = Guid.Empty, Name = "test", LoginUrl = Proxy.Address, ApiVersion = "67.0", Schema = Schema, Types = Types,
        },
        database ?? Target,
        salesforce ?? Salesforce,
        new ShiftLock(Schema, database ?? Target, _settings),
        _settings);

    /// <summary>Waits until no change is queued or under way; a run that ends meanwhile throws what ended it.</summary>
    public Task QuiesceAsync(BackgroundRun run) => UntilAsync(
        async () =>
        {
            await run.ThrowIfEndedAsync();
            return await AskOneAsync(
                $"select count(*) from {PgIdentifier.Quote(Schema)}._trigger_log where state in ('NEW', 'PENDING', 'IGNORE')") is "0";
        },
        "nothing is queued");

    /// <summary>Asks until it is true; for what only the database or a server of the test can tell.</summary>
    public static Task UntilAsync(Func<Task<bool>> condition, string expectation) =>
        Eventually.BecomesTrueAsync(condition, expectation, cancellationToken: Token);

    public static Task UntilAsync(Func<bool> condition, string expectation) =>
        Eventually.BecomesTrueAsync(condition, expectation, cancellationToken: Token);

    /// <summary>Compares every value on both sides.</summary>
    public async Task ShouldBeEqualAsync(params string[] objectNames)
    {
        await using var connection = await Database.DataSource.OpenConnectionAsync(Token);
        foreach (var name in objectNames)
        {
            var result = await new Comparison(Salesforce).RunAsync(Find(name).Mapped, connection, Token);
            result.Examples.ShouldBeEmpty(name);
            result.Rows.ShouldBe(Org.Live(name).Count);
        }
    }

    /// <summary>Runs as the user's application does, in a session without our mark.</summary>
    public async Task RunAsync(string sql)
    {
        await using var command = Database.DataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Token);
    }

    /// <summary>Runs a file of docs/guide/recipes as psql does.</summary>
    public Task RunRecipeAsync(string recipe, string entry = "") =>
        RunAsync(ReadRecipe(recipe).Replace(":entry", entry, StringComparison.Ordinal));

    public static string ReadRecipe(string recipe) => File.ReadAllText(RepositoryRoot.Combine("docs", "guide", "recipes", recipe));

    /// <summary>All rows as text: fields joined by a bar, NULL as a dash.</summary>
    public async Task<IReadOnlyList<string>> AskAsync(string sql)
    {
        await using var command = Database.DataSource.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(Token);
        var rows = new List<string>();
        while (await reader.ReadAsync(Token))
        {
            var fields = Enumerable.Range(0, reader.FieldCount).Select(at => reader.IsDBNull(at) ? "-" : $"{reader.GetValue(at)}");
            rows.Add(string.Join('|', fields));
        }

        return rows;
    }

    public async Task<string> AskOneAsync(string sql) => (await AskAsync(sql)).ShouldHaveSingleItem();

    public async Task<Progress> ReadProgressAsync(string objectName)
    {
        await using var connection = await Database.DataSource.OpenConnectionAsync(Token);
        return await Progress.ReadAsync(connection, objectName, Token);
    }

    public LiveMapping Find(string objectName) => Mappings.All.Single(mapping => mapping.Mapped.Name == objectName);

    public async ValueTask DisposeAsync()
    {
        _mappings?.Dispose();
        await Target.DisposeAsync();
        Salesforce.Dispose();
        await Proxy.DisposeAsync();
        await Server.DisposeAsync();
        await Database.DisposeAsync();
    }

    /// <summary>As the mapping's worker does: from what is in memory, and after a failure from what is stored.</summary>
    private async Task<int> RunAsync(LiveMapping mapping, IPullPass pass, PullSession? session = null)
    {
        await using var connection = await Database.DataSource.OpenConnectionAsync(Token);
        try
        {
            var outcome = await pass.RunAsync(Turn(mapping, connection, mapping.Progress, session), Token);
            mapping.Note(outcome.Progress);
            return outcome.Changed;
        }
        catch
        {
            mapping.Note(await ReadProgressAsync(mapping.Mapped.Name));
            throw;
        }
    }

    private static PullTurn Turn(
        LiveMapping mapping, NpgsqlConnection connection, Progress progress, PullSession? session = null) => new()
    {
        Mapped = mapping.Mapped,
        ConnectAsync = session is null ? _ => ValueTask.FromResult(connection) : session.ConnectAsync,
        Session = session,
        Gate = mapping.Gate,
        Progress = progress,
    };

    private ProgressTable Progress => new(Schema);

    private ReadErrors ReadErrors => new(Schema);
}
