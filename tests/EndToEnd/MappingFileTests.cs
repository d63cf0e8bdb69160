using Shouldly;
using Tandem.Simulator;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.EndToEnd;

/// <summary>Import and export as a person runs and reads them: heroku-connect.md, section 11.</summary>
public sealed class MappingFileTests
{
    private const string NothingMapped = "Nothing is mapped into the schema salesforce";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_running_server_takes_a_file_on_and_gives_it_back()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var simulator = await SimulatorServer.StartAsync(
            new SimulatorOptions { Rows = 40, PubSubPort = null }, TimeProvider.System, Cancelled);
        using var folder = new TemporaryFolder();
        var first = MappedTable.WriteFile(folder.Combine("first.json"), MappedTable.Contact);
        var both = MappedTable.WriteFile(folder.Combine("both.json"), MappedTable.Account, MappedTable.Contact);
        await using var server = ServeProcess.Start(database.ConnectionString, simulator.BaseAddress, first);
        await server.WaitUntilWorkingAsync(Cancelled);

        var preview = await RunAsync(database, 0, "import", both, "--dry-run");
        preview.ShouldContain("+ Account.config.upsert_field: \"Ext_Id__c\"");
        preview[^1].ShouldEndWith("settings would change; nothing was changed.");

        (await RunAsync(database, 0, "import", both, "--dry-run", "--json"))
            .ShouldContain(line => line.StartsWith("[{\"path\":\"Account.config.access\",\"before\":null,", StringComparison.Ordinal));

        var done = await RunAsync(database, 0, "import", both);
        done.SkipLast(1).ShouldBe(preview.SkipLast(1));
        done[^1].ShouldBe(preview[^1].Replace(" would change; nothing was changed.", " changed.", StringComparison.Ordinal));
        await Eventually.BecomesTrueAsync(
            async () => await CountAsync(database, "account") == simulator.Org.FindTable("Account")?.Records.Count(),
            "the accounts are loaded",
            cancellationToken: Cancelled);

        var exported = folder.Combine("exported.json");
        (await CommandRun.TellAsync(database, ["export", exported], Cancelled)).ShouldBe([$"Written to {exported}."]);
        (await RunAsync(database, 0, "export")).Count.ShouldBe((await File.ReadAllLinesAsync(exported, Cancelled)).Length);
        (await RunAsync(database, 0, "import", exported, "--dry-run")).ShouldBe(
            ["Nothing changes: the connection is as the file asks."]);
        (await server.InterruptAsync(Cancelled)).ShouldBe(0);
    }

    [Fact]
    public async Task What_cannot_be_taken_is_told_with_its_place()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var folder = new TemporaryFolder();
        var good = MappedTable.WriteFile(folder.Combine("good.json"), MappedTable.Contact);
        var bad = folder.Combine("bad.json");
        await File.WriteAllTextAsync(
            bad,
            """{"connection": {"types": "odd"}, "mappings": [{"object_name": "A", "config": {"access": "all", "fields": {}}}]}""",
            Cancelled);

        (await RunAsync(database, 1, "import", bad)).ShouldBe(
        [
            $"{bad}: mappings[0].config.access: expected read_only or read_write, found all.",
            $"{bad}: connection.types: expected heroku or exact, found \"odd\".",
        ]);
        (await RunAsync(database, 1, "import", folder.Combine("none.json")))
            .ShouldHaveSingleItem().ShouldContain("none.json cannot be read");
        (await RunAsync(database, 1, "import", good)).ShouldHaveSingleItem().ShouldStartWith(NothingMapped);
        (await RunAsync(database, 1, "export")).ShouldHaveSingleItem().ShouldStartWith(NothingMapped);
        (await RunAsync(database, 2, "import")).Count.ShouldBe(2);
    }

    private static Task<IReadOnlyList<string>> RunAsync(TestDatabase database, int exitCode, params string[] words) =>
        CommandRun.RunAsync(database, exitCode, words, Cancelled);

    /// <returns>Null while there is no such table.</returns>
    private static async Task<long?> CountAsync(TestDatabase database, string table)
    {
        await using var there = database.DataSource.CreateCommand($"select to_regclass('salesforce.{table}') is not null");
        if (await there.ExecuteScalarAsync(Cancelled) is not true)
            return null;
        await using var count = database.DataSource.CreateCommand($"select count(*) from salesforce.{table}");
        return await count.ExecuteScalarAsync(Cancelled) as long?;
    }
}
