using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Shouldly;
using Tandem.Simulator;
using Tandem.Testing;
using Tandem.Testing.Heroku;
using Xunit;

namespace Tandem.Tests.EndToEnd;

/// <summary><c>tandem adopt</c> as a person runs it who leaves Heroku Connect: heroku-connect.md, section 19, point 3.</summary>
public sealed class AdoptCommandTests
{
    private const int Killed = 128 + 9;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_database_of_Heroku_Connect_is_taken_over_and_kept_in_step()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var simulator = await SimulatorServer.StartAsync(
            new SimulatorOptions { Rows = 60, PubSubPort = null }, TimeProvider.System, Cancelled);
        using var org = await OrgApi.SignInAsync(simulator.BaseAddress, Cancelled);
        using var folder = new TemporaryFolder();
        await new HerokuSchema(database.DataSource).CreateAsync(
            simulator.BaseAddress, [HerokuTable.Account, HerokuTable.Contact], Cancelled);
        var mappings = MappedTable.WriteFile(folder.Combine("mappings.json"), MappedTable.Account, MappedTable.Contact);
        string[] adopt =
        [
            "adopt", "--database", database.ConnectionString, "--org", simulator.BaseAddress.ToString(), "--flow", "password",
            "--mappings", mappings,
        ];
        await ExecuteAsync(database, "insert into salesforce.contact (lastname) values ('Before the move')");
        var ids = await ReadAsync(database, "select string_agg(id || sfid, ',' order by id) from salesforce.account");

        var told = await RunAsync(0, [.. adopt, "--dry-run"]);
        told.ShouldAllBe(line => line.Length <= 80);
        told.ShouldContain("Contact (salesforce.contact): read_write, no unique identifier");
        told.ShouldContain("            changes: 1 queued, 0 perhaps sent, 0 failed; they stay");
        told[^1].ShouldBe("2 tables would be taken over; nothing was changed.");
        (await RunAsync(1, adopt))[^1].ShouldContain("--confirm-paused");
        (await ReadAsync(database, "select to_regnamespace('tandem')::text")).ShouldBeNull();

        adopt = [.. adopt, "--confirm-paused"];
        await RunAsync(Killed, adopt, "adopt.table:2");
        (await ReadAsync(database, "select string_agg(tgname, ',' order by tgname) from pg_trigger "
            + "where tgrelid = 'salesforce.account'::regclass")).ShouldBe("hc_account_logtrigger,hc_account_status_trigger");
        var done = await RunAsync(0, adopt);
        done.TakeLast(2).ShouldBe(
            ["Took over 2 tables without a reload.", "Start the server: tandem serve --schema salesforce"]);
        (await ReadAsync(database, "select string_agg(id || sfid, ',' order by id) from salesforce.account")).ShouldBe(ids);

        await using (var server = ServeProcess.Start(["--database", database.ConnectionString, "--flow", "password"]))
        {
            (await server.WaitUntilWorkingAsync(Cancelled)).ShouldContain("Keeping 2 objects in step");
            await org.CreateAsync("Contact", new JsonObject { ["LastName"] = "Theirs" }, Cancelled);
            await ExecuteAsync(database, "update salesforce.account set phone = '0815' where id = 1001");
            await Eventually.BecomesTrueAsync(
                async () => await ReadAsync(
                        database, "select count(*)::text from salesforce._trigger_log where state in ('NEW', 'PENDING')") == "0"
                    && await ReadAsync(database, "select count(*)::text from tandem.refresh") == "0"
                    && (await DifferencesAsync(database, org)).Count == 0,
                "both sides are equal",
                TimeSpan.FromSeconds(60),
                Cancelled);
            (await org.QueryAsync("SELECT Id FROM Contact WHERE LastName = 'Before the move'", Cancelled)).ShouldHaveSingleItem();
            (await org.QueryAsync("SELECT Id FROM Account WHERE Phone = '0815'", Cancelled)).ShouldHaveSingleItem();
            server.Lines.ShouldNotContain(line => line.Contains("Loaded ", StringComparison.Ordinal), "nothing is loaded anew");
            await CommandRun.RunAsync(database, 0, ["verify", "--level", "values"], Cancelled);
            (await server.InterruptAsync(Cancelled)).ShouldBe(0);
        }

        (await RunAsync(0, adopt))[^1].ShouldBe("Nothing is to be done: the schema salesforce is taken over already.");
    }

    [Fact]
    public async Task The_plan_is_told_as_json_with_the_mapping_file_that_the_tables_amount_to()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var simulator = await SimulatorServer.StartAsync(
            new SimulatorOptions { Rows = 20, PubSubPort = null }, TimeProvider.System, Cancelled);
        await new HerokuSchema(database.DataSource).CreateAsync(simulator.BaseAddress, [HerokuTable.Account], Cancelled);
        await ExecuteAsync(database, "alter table salesforce.account alter phone type integer using null");

        var lines = await RunAsync(
            1,
            [
                "adopt", "--database", database.ConnectionString, "--org", simulator.BaseAddress.ToString(), "--flow", "password",
                "--dry-run", "--json",
            ]);

        using var plan = JsonDocument.Parse(string.Join('\n', lines));
        plan.RootElement.GetProperty("applied").GetBoolean().ShouldBeFalse();
        plan.RootElement.GetProperty("problems")[0].GetString().ShouldNotBeNull().ShouldStartWith("salesforce.account.phone: ");
        plan.RootElement.GetProperty("tables")[0].GetProperty("action").GetString().ShouldBe("refuse");
        var config = plan.RootElement.GetProperty("mappingFile").GetProperty("mappings")[0].GetProperty("config");
        config.GetProperty("upsert_field").GetString().ShouldBe("Ext_Id__c");
        config.GetProperty("fields").EnumerateObject().Select(field => field.Name).ShouldContain("NumberOfEmployees");
    }

    [Fact]
    public async Task A_running_server_takes_a_schema_over_and_sends_what_had_waited()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var simulator = await SimulatorServer.StartAsync(
            new SimulatorOptions { Rows = 20, PubSubPort = null }, TimeProvider.System, Cancelled);
        using var org = await OrgApi.SignInAsync(simulator.BaseAddress, Cancelled);
        using var folder = new TemporaryFolder();
        var mappings = MappedTable.WriteFile(folder.Combine("mappings.json"), MappedTable.Contact);
        await new HerokuSchema(database.DataSource).CreateAsync(simulator.BaseAddress, [HerokuTable.Contact], Cancelled);
        await ExecuteAsync(database, "insert into salesforce.contact (lastname) values ('Before the move')");
        var environment = new Dictionary<string, string>(ServeProcess.Secrets, StringComparer.Ordinal)
        {
            ["TANDEM_API_TOKEN"] = "a-token-of-some-length",
            ["TANDEM_KEY"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
        };
        await using var server = TandemProcess.Start(["serve", "--database", database.ConnectionString, "--port", "0"], environment);
        var address = (await server.WaitUntilWorkingAsync(Cancelled)).Split(' ')
            .Single(word => word.StartsWith("http", StringComparison.Ordinal)).TrimEnd('.');
        string[] there = ["--server", address, "--resource", "moved"];
        await AskAsync(
            0, "connections", "create", "moved", "--server", address, "--org", $"{simulator.BaseAddress}", "--flow", "client-credentials");

        var told = await AskAsync(0, ["adopt", .. there, "--mappings", mappings, "--dry-run"]);
        told.ShouldContain("            changes: 1 queued, 0 perhaps sent, 0 failed; they stay");
        told[^1].ShouldBe("1 tables would be taken over; nothing was changed.");
        (await AskAsync(1, ["adopt", .. there]))[^1].ShouldContain("--confirm-paused");
        (await AskAsync(2, ["adopt", .. there, "--database", database.ConnectionString]))[0].ShouldBe(
            "--server, --resource lets a server do it, which has its own --database: give words of one kind.");

        (await AskAsync(0, ["adopt", .. there, "--mappings", mappings, "--confirm-paused"])).TakeLast(2).ShouldBe(
            ["Took over 1 tables without a reload.", "The server goes on with them."]);

        await Eventually.BecomesTrueAsync(
            async () => (await org.QueryAsync("SELECT Id FROM Contact WHERE LastName = 'Before the move'", Cancelled)).Count == 1,
            "what had waited is sent",
            cancellationToken: Cancelled);
        using var again = JsonDocument.Parse(string.Join('\n', await AskAsync(0, ["adopt", .. there, "--json"])));
        again.RootElement.GetProperty("nothingToDo").GetBoolean().ShouldBeTrue();
        (await server.InterruptAsync(Cancelled)).ShouldBe(0);

        async Task<IReadOnlyList<string>> AskAsync(int exitCode, params string[] words)
        {
            await using var process = TandemProcess.Start(words, environment);
            return await process.EndAsync(exitCode, Cancelled);
        }
    }

    private static async Task<IReadOnlyList<string>> RunAsync(int exitCode, string[] words, string failpoint = "")
    {
        var environment = new Dictionary<string, string>(ServeProcess.Secrets, StringComparer.Ordinal) { ["TANDEM_FAILPOINT"] = failpoint };
        await using var process = TandemProcess.Start(words, environment);
        return await process.EndAsync(exitCode, Cancelled);
    }

    private static async Task<IReadOnlyList<string>> DifferencesAsync(TestDatabase database, OrgApi org) =>
    [
        .. await Comparison.FindDifferencesAsync(database.DataSource, org, MappedTable.Account, Cancelled),
        .. await Comparison.FindDifferencesAsync(database.DataSource, org, MappedTable.Contact, Cancelled),
    ];

    private static async Task<string?> ReadAsync(TestDatabase database, string sql)
    {
        await using var command = database.DataSource.CreateCommand(sql);
        return await command.ExecuteScalarAsync(Cancelled) as string;
    }

    private static async Task ExecuteAsync(TestDatabase database, string sql)
    {
        await using var command = database.DataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancelled);
    }
}
