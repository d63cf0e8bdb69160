using System.Text.Json.Nodes;
using Shouldly;
using Tandem.Simulator;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.EndToEnd;

/// <summary>The life of a connection by the command line over the REST API: heroku-connect.md, sections 12.3, 12.5 and 12.10.</summary>
public sealed class ServerTests
{
    private const string Token = "a-token-of-some-length";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_connection_lives_by_the_command_line_alone()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var simulator = await SimulatorServer.StartAsync(
            new SimulatorOptions { Rows = 40, PubSubPort = null }, TimeProvider.System, Cancelled);
        using var folder = new TemporaryFolder();
        var both = MappedTable.WriteFile(folder.Combine("both.json"), MappedTable.Account, MappedTable.Contact);
        await using var server = Serve(database, simulator, "--mappings", both, "--app", "my-app");
        var address = await AddressOf(server);

        (await RunAsync(address, 0, "connections")).ShouldContain(line => line.Contains("my-app", StringComparison.Ordinal));
        await UntilAsync(address, "contact", "DATA_SYNCED");
        var info = string.Join('\n', await RunAsync(address, 0, "info", "--app", "my-app"));
        info.ShouldContain("Account");
        info.ShouldContain("40");

        (await RunAsync(address, 0, "pause")).ShouldBe(["salesforce: pause is under way."]);
        await Eventually.BecomesTrueAsync(
            async () => (await RunAsync(address, 0, "state")) is ["PAUSED"], "it is paused", cancellationToken: Cancelled);
        (await RunAsync(address, 1, "mapping", "delete", "Account")).ShouldHaveSingleItem().ShouldContain("not at work; resume it first");
        (await RunAsync(address, 0, "resume")).ShouldBe(["salesforce: resume is under way."]);
        await UntilAsync(address, "Account", "DATA_SYNCED");

        (await RunAsync(address, 0, "errors")).ShouldBe(["Salesforce refused nothing in the last 24 hours."]);
        (await RunAsync(address, 0, "mapping", "errors", "Contact")).ShouldBe(["Salesforce refused nothing in the last 24 hours."]);
        (await RunAsync(address, 0, "notifications", "--acknowledge")).ShouldBe(["There is nothing to tell."]);
        (await RunAsync(address, 0, "mapping", "reload", "contact")).ShouldBe(["Contact: the reload is under way."]);
        (await RunAsync(address, 0, "mapping", "delete", "ACCOUNT")).ShouldBe(
            ["Account: no longer mapped. The table and its rows stay."]);
        (await RunAsync(address, 1, "mapping", "state", "Account")).ShouldBe(
            ["Account is not mapped in salesforce; mapped are Contact."]);
        var state = JsonNode.Parse(string.Join('\n', await RunAsync(address, 0, "state", "--json")));
        (state?["name"]?.GetValue<string>()).ShouldBe("salesforce");
        (await server.InterruptAsync(Cancelled)).ShouldBe(0);
    }

    [Fact]
    public async Task A_paused_connection_is_still_paused_after_a_restart_of_the_server()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var simulator = await SimulatorServer.StartAsync(
            new SimulatorOptions { Rows = 2, PubSubPort = null }, TimeProvider.System, Cancelled);
        using var folder = new TemporaryFolder();
        var contacts = MappedTable.WriteFile(folder.Combine("contacts.json"), MappedTable.Contact);
        await using (var first = Serve(database, simulator, "--mappings", contacts))
        {
            await RunAsync(await AddressOf(first), 0, "pause");
            (await first.InterruptAsync(Cancelled)).ShouldBe(0);
        }

        var both = MappedTable.WriteFile(folder.Combine("both.json"), MappedTable.Account, MappedTable.Contact);
        await using var second = Serve(database, simulator, "--mappings", both);

        var address = await AddressOf(second);
        (await RunAsync(address, 0, "state")).ShouldBe(["PAUSED"]);

        // What the second start asked for is not lost over the pause.
        await RunAsync(address, 0, "resume");
        await Eventually.BecomesTrueAsync(
            async () => string.Join('\n', await RunAsync(address, 0, "info")).Contains("Account", StringComparison.Ordinal),
            "the accounts are mapped",
            cancellationToken: Cancelled);
        (await second.InterruptAsync(Cancelled)).ShouldBe(0);
    }

    [Fact]
    public async Task Import_export_reload_and_recover_go_over_the_api_or_over_the_database()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var simulator = await SimulatorServer.StartAsync(
            new SimulatorOptions { Rows = 40, PubSubPort = null }, TimeProvider.System, Cancelled);
        using var folder = new TemporaryFolder();
        var contacts = MappedTable.WriteFile(folder.Combine("contacts.json"), MappedTable.Contact);
        var both = MappedTable.WriteFile(folder.Combine("both.json"), MappedTable.Account, MappedTable.Contact);
        await using var server = Serve(database, simulator, "--mappings", contacts, "--app", "my-app");
        var address = await AddressOf(server);
        await UntilAsync(address, "contact", "DATA_SYNCED");

        // The import ends when what it has asked for is loaded.
        var done = await RunAsync(address, 0, "import", both);
        done.ShouldContain("+ Account.config.upsert_field: \"Ext_Id__c\"");
        done[^1].ShouldEndWith(" settings changed.");
        (await RunAsync(address, 0, "mapping", "state", "Account")).ShouldNotBe(["INITIAL"]);
        (await RunAsync(address, 0, "import", contacts, "--no-wait")).ShouldBe(["The file is handed in."]);

        (await RunAsync(address, 0, "reload", "contact"))[^1].ShouldBe("Contact was read anew: 40 records.");
        (await RunAsync(address, 0, "reload", "--no-wait")).ShouldBe(["Account, Contact: the reload is under way."]);
        var json = JsonNode.Parse((await RunAsync(address, 0, "reload", "Contact", "--json")).ShouldHaveSingleItem());
        (json?["succeeded"]?.GetValue<bool>()).ShouldBe(true);
        (await RunAsync(address, 1, "reload", "Case")).ShouldBe(["Case is not mapped in salesforce; mapped are Account, Contact."]);
        (await RunAsync(address, 0, "recover")).ShouldBe(["salesforce: recover is under way."]);
        (await RunAsync(address, 0, "export"))
            .ShouldContain(line => line.Contains("\"object_name\": \"Account\"", StringComparison.Ordinal));

        // A word for the database wins over the environment's server.
        (await RunAsync(address, 0, "export", "--database", database.ConnectionString, "--schema", "salesforce"))
            .ShouldContain(line => line.Contains("\"object_name\": \"Account\"", StringComparison.Ordinal));
        (await RunAsync("http://127.0.0.1:1", 0, "reload", "Contact", "--database", database.ConnectionString))
            .ShouldBe(["Contact was read anew: 40 records."]);
        (await RunAsync("http://127.0.0.1:1", 1, "export")).ShouldHaveSingleItem().ShouldContain("cannot be asked");
        (await server.InterruptAsync(Cancelled)).ShouldBe(0);
    }

    [Fact]
    public async Task A_server_that_is_given_no_connection_works_those_that_are_stored()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var simulator = await SimulatorServer.StartAsync(
            new SimulatorOptions { Rows = 2, PubSubPort = null }, TimeProvider.System, Cancelled);
        using var folder = new TemporaryFolder();
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["TANDEM_API_TOKEN"] = Token, ["TANDEM_CLIENT_ID"] = "",
        };
        string[] serve = ["serve", "--database", database.ConnectionString, "--port", "0"];
        await using (var empty = TandemProcess.Start(serve, environment))
        {
            (await RunAsync(await AddressOf(empty), 0, "connections", "--json")).ShouldBe(["[]"]);
            (await empty.InterruptAsync(Cancelled)).ShouldBe(0);
        }

        var contacts = MappedTable.WriteFile(folder.Combine("contacts.json"), MappedTable.Contact);
        await using (var given = Serve(database, simulator, "--mappings", contacts))
            (await RunAsync(await AddressOf(given), 0, "state")).ShouldBe(["IDLE"]);

        // What the environment held is stored nowhere, and the environment alone names no connection.
        foreach (var secrets in new[] { environment, WithSecrets() })
        {
            await using var alone = TandemProcess.Start(serve, secrets);
            var address = await AddressOf(alone);
            await Eventually.BecomesTrueAsync(
                async () => (await RunAsync(address, 0, "state")) is ["NEED_AUTHENTICATION: Nobody has signed in to Salesforce for it."],
                "nobody has signed in",
                cancellationToken: Cancelled);
            (await alone.InterruptAsync(Cancelled)).ShouldBe(0);
        }

        // The name of its schema gives it.
        await using var named = TandemProcess.Start([.. serve, "--schema", "salesforce", "--flow", "password"], WithSecrets());
        (await RunAsync(await AddressOf(named), 0, "state")).ShouldBe(["IDLE"]);
    }

    [Fact]
    public async Task What_the_commands_lack_is_told()
    {
        (await RunAsync("http://127.0.0.1:1", 1, "state")).ShouldHaveSingleItem()
            .ShouldContain("The server http://127.0.0.1:1/ cannot be asked");
        (await RunAsync("nowhere", 1, "state")).ShouldBe(["TANDEM_SERVER: expected a web address, found nowhere."]);
        await using var without = TandemProcess.Start(["state"], new Dictionary<string, string> { ["TANDEM_API_TOKEN"] = "" });
        (await without.WaitForExitAsync(Cancelled)).ShouldBe(1);
        without.Lines.ShouldHaveSingleItem().ShouldContain("TANDEM_API_TOKEN is not set");
    }

    private static Dictionary<string, string> WithSecrets() =>
        new(ServeProcess.Secrets, StringComparer.Ordinal) { ["TANDEM_API_TOKEN"] = Token };

    private static TandemProcess Serve(TestDatabase database, SimulatorServer simulator, params string[] more) => TandemProcess.Start(
        [
            "serve", "--database", database.ConnectionString, "--org", simulator.BaseAddress.ToString(), "--flow", "password",
            "--port", "0", .. more,
        ],
        WithSecrets());

    private static async Task<string> AddressOf(TandemProcess server) => (await server.WaitUntilWorkingAsync(Cancelled)).Split(' ')
        .Single(word => word.StartsWith("http", StringComparison.Ordinal)).TrimEnd('.');

    private static Task UntilAsync(string address, string objectName, string state) => Eventually.BecomesTrueAsync(
        async () => (await RunAsync(address, 0, "mapping", "state", objectName)) is [var found] && found == state,
        $"{objectName} is {state}",
        cancellationToken: Cancelled);

    private static async Task<IReadOnlyList<string>> RunAsync(string server, int exitCode, params string[] words)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["TANDEM_SERVER"] = server, ["TANDEM_API_TOKEN"] = Token,
        };
        await using var process = TandemProcess.Start(words, environment);
        return await process.EndAsync(exitCode, Cancelled);
    }
}
