using System.Globalization;
using Npgsql;
using Shouldly;
using Tandem.Postgres;
using Tandem.Sync.Catalog;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Integration.Sync;

/// <summary>
/// A shift of more mappings than the database allows sessions: architecture.md, "Ownership and scale" and promise 6.
/// </summary>
public sealed class ManyMappingsTests
{
    private const int Objects = 120;
    private const int MostSessions = 20;

    /// <summary>All sessions of ours but the one with the shift's lock, whose loss ends the shift.</summary>
    private const string KillAll =
        "select count(pg_terminate_backend(a.pid)) from pg_stat_activity a where a.datname = current_database() "
        + $"and a.application_name = 'shift' and not exists (select from pg_locks l where l.pid = a.pid and {SyncWorld.IsShiftLock})";

    [Fact]
    public async Task A_hundred_and_twenty_mappings_load_and_poll_over_twenty_sessions_and_outlive_their_loss()
    {
        using var folder = new TemporaryFolder();
        await using var world = await SyncWorld.StartAsync(metadataFile: await WriteMetadataAsync(folder), restLoadRows: 10_000);
        await new CatalogDatabase(world.Database.DataSource).MigrateAsync(SyncWorld.Token);
        var address = new NpgsqlConnectionStringBuilder(world.Database.ConnectionString)
        {
            MaxPoolSize = MostSessions, ApplicationName = "shift",
        };
        await using var dataSource = NpgsqlDataSource.Create(address);
        await using var shift = world.NewShift(database: new TargetDatabase(dataSource));
        await shift.PrepareAsync([.. Enumerable.Range(0, Objects).Select(MappingOf)], SyncWorld.Token);
        var mappings = shift.Mappings.ShouldNotBeNull().All;
        await using (var run = new BackgroundRun(shift.RunAsync))
        {
            await UntilAsync(run, () => Task.FromResult(mappings.All(mapping => mapping.IsLoaded)), "all are loaded");
            await ChangeAndAwaitAsync(world, run, "first");

            (await world.AskOneAsync(KillAll)).ShouldNotBe("0");

            await ChangeAndAwaitAsync(world, run, "second");
            await UntilAsync(run, () => Task.FromResult(mappings.All(mapping => mapping.Fault is null)), "nothing holds any of them");
            long.Parse(
                await world.AskOneAsync("select count(*) from pg_stat_activity where application_name = 'shift'"),
                CultureInfo.InvariantCulture).ShouldBeLessThanOrEqualTo(MostSessions);
        }

        // Postgres works on what a client has left until it looks at its socket again, which is soon after but not at once.
        await SyncWorld.UntilAsync(
            async () => await world.AskOneAsync(
                "select count(*) from pg_stat_activity where application_name = 'shift' and state <> 'idle' "
                    + "and backend_type = 'client backend'") is "0",
            "no session is left at work or in a transaction");
    }

    private static async Task ChangeAndAwaitAsync(SyncWorld world, BackgroundRun run, string name)
    {
        for (var number = 0; number < Objects; number++)
            await world.Org.CreateAsync(NameOf(number), new { Name = name, Note__c = name });
        var counts = string.Join(" union all ", Enumerable.Range(0, Objects).Select(number =>
            $"select count(*) as rows from salesforce.{TableOf(number)} where note__c = '{name}'"));
        await UntilAsync(
            run,
            async () => await world.AskOneAsync($"select sum(rows) from ({counts}) c") == $"{Objects}",
            $"every table has its {name} change");
    }

    private static Task UntilAsync(BackgroundRun run, Func<Task<bool>> condition, string expectation) => Eventually.BecomesTrueAsync(
        async () =>
        {
            await run.ThrowIfEndedAsync();
            return await condition();
        },
        expectation,
        TimeSpan.FromMinutes(2),
        SyncWorld.Token);

    private static Mapping MappingOf(int number) =>
        SyncWorld.ReadWrite(NameOf(number), null, "Name", "Note__c") with { PollInterval = TimeSpan.FromSeconds(1) };

    private static string NameOf(int number) => string.Create(CultureInfo.InvariantCulture, $"Many{number}__c");

    private static string TableOf(int number) => NameOf(number).ToLowerInvariant();

    private static async Task<string> WriteMetadataAsync(TemporaryFolder folder)
    {
        var path = folder.Combine("metadata.json");
        const string Fields = """[{ "name": "Note__c", "type": "string", "length": 80 }]""";
        var objects = Enumerable.Range(0, Objects).Select(number => string.Create(
            CultureInfo.InvariantCulture,
            $$"""{ "name": "{{NameOf(number)}}", "label": "Many", "rows": 3, "fields": {{Fields}} }"""));
        await File.WriteAllTextAsync(path, $$"""{ "objects": [{{string.Join(',', objects)}}] }""", SyncWorld.Token);
        return path;
    }
}
