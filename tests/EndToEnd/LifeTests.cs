using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Shouldly;
using Tandem.Simulator;
using Tandem.Simulator.Auth;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.EndToEnd;

/// <summary>
/// The whole life of a connection by the command line alone, as a new user lives it: from an empty database and a server that knows nothing
/// to a second start that knows everything. Source: heroku-connect.md, section 12.10.
/// </summary>
public sealed class LifeTests
{
    private const string ClientId = "the-connected-app";
    private const string FirstToken = "The first API token, which is not shown again: ";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_connection_is_born_lives_and_goes_on_by_the_command_line_alone()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var simulator = await SimulatorServer.StartAsync(
            new SimulatorOptions { Rows = 40, PubSubPort = null }, TimeProvider.System, Cancelled);
        using var folder = new TemporaryFolder();
        var secrets = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["TANDEM_CLIENT_ID"] = ClientId,
            ["TANDEM_KEY"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
            ["TANDEM_API_TOKEN"] = "",
        };
        string[] serve = ["serve", "--database", database.ConnectionString, "--port", "0"];
        string token;
        await using (var first = TandemProcess.Start([.. serve, "--development-org", $"{simulator.BaseAddress}"], secrets))
        {
            var told = await first.WaitForLineAsync(line => line.StartsWith(FirstToken, StringComparison.Ordinal), Cancelled);
            token = told[FirstToken.Length..];
            var person = new Person(await AddressOf(first), token);

            await BeBornAsync(person, simulator);
            await ImportAsync(person, folder);
            await LiveAsync(person, database, folder);
            (await first.InterruptAsync(Cancelled)).ShouldBe(0);
        }

        await using var second = TandemProcess.Start(serve, secrets);
        var later = new Person(await AddressOf(second), token);
        await later.UntilAsync(["state"], "IDLE");
        await InsertAsync(database, "after the second start");
        (await later.RunAsync("mapping", "state", "Contact")).ShouldHaveSingleItem();
        (await second.InterruptAsync(Cancelled)).ShouldBe(0);
    }

    private static async Task BeBornAsync(Person person, SimulatorServer simulator)
    {
        (await person.RunAsync("connections", "--json")).ShouldBe(["[]"]);
        (await person.FailAsync(1, "state")).ShouldHaveSingleItem().ShouldStartWith("The server has no such connection");

        (await person.RunAsync("connections", "create", "life", "--app", "my-app", "--org", $"{simulator.BaseAddress}"))
            .ShouldBe(["Made life. Sign in for it: tandem auth --resource life"]);
        await person.UntilAsync(["state"], "NEED_AUTHENTICATION: Nobody has signed in to Salesforce for it.");

        simulator.Apps.Register(new ConnectedApp
        {
            ClientId = ClientId, RedirectUris = [new Uri(person.Server, "/auth/callback").AbsoluteUri],
        });
        var page = (await person.RunAsync("auth", "-e", "custom", "-d", simulator.BaseAddress.Authority)).ShouldHaveSingleItem();
        var org = new SimulatorOptions();
        using var browser = new Browser(org.UserName, org.Password, Cancelled);
        await browser.SignInAsync(new Uri(page), new Uri(person.Server, "/auth/done"));
        await person.UntilAsync(["state"], "IDLE");
    }

    private static async Task ImportAsync(Person person, TemporaryFolder folder)
    {
        var both = MappedTable.WriteFile(folder.Combine("both.json"), MappedTable.Account, MappedTable.Contact);
        var preview = await person.RunAsync("import", both, "--dry-run");
        preview.ShouldContain("+ Account.config.upsert_field: \"Ext_Id__c\"");
        preview[^1].ShouldEndWith("settings would change; nothing was changed.");
        (await person.RunAsync("info")).ShouldNotContain(line => line.Contains("Contact", StringComparison.Ordinal));

        // It ends when the tables are loaded.
        var done = await person.RunAsync("import", both);
        done.ShouldContain("+ Account.config.upsert_field: \"Ext_Id__c\"");
        done[^1].ShouldBe(preview[^1].Replace(" would change; nothing was changed.", " changed.", StringComparison.Ordinal));
        (await person.RunAsync("mapping", "state", "Contact")).ShouldHaveSingleItem()
            .ShouldBeOneOf("DATA_SYNCED", "POLLING_SF_CHANGES", "POLLING_SF_FOR_DELETES");
        await person.UntilAsync(["state"], "IDLE");

        var exported = folder.Combine("exported.json");
        (await person.TellAsync("export", exported)).ShouldBe([$"Written to {exported}."]);
        (await person.RunAsync("import", exported, "--dry-run")).ShouldBe(["Nothing changes: the connection is as the file asks."]);
    }

    private static async Task LiveAsync(Person person, TestDatabase database, TemporaryFolder folder)
    {
        await InsertAsync(database, "by the app");
        (await person.RunAsync("errors")).ShouldBe(["Salesforce refused nothing in the last 24 hours."]);
        (await person.RunAsync("diagnose", "-v")).ShouldContain(line => line.Contains("Salesforce API Version", StringComparison.Ordinal));
        (await person.RunAsync("mapping", "diagnose", "contact", "-v")).ShouldContain("contact");
        (await person.RunAsync("conflicts")).ShouldBe(["There are no conflicts."]);

        (await person.RunAsync("verify"))[^1].ShouldBe("Both sides are equal.");
        await ExecuteAsync(
            database, "set xmlbinary = hex; delete from salesforce.contact where id = (select min(id) from salesforce.contact)");
        (await person.FailAsync(3, "verify", "contact"))[^1].ShouldBe("1 row differs; with --repair they are put right.");
        await person.RunAsync("verify", "Contact", "--repair");
        (await person.RunAsync("verify", "Contact"))[^1].ShouldBe("Both sides are equal.");
        (await person.RunAsync("reload", "Contact"))[^1].ShouldBe("Contact was read anew: 41 records.");
        var reports = JsonNode.Parse(string.Join('\n', await person.RunAsync("verify", "--json")));
        (reports?.AsArray().Count).ShouldBe(2);

        (await person.RunAsync("pause")).ShouldBe(["life: pause is under way."]);
        await person.UntilAsync(["state"], "PAUSED");
        (await person.RunAsync("manage-sf-api-version", "--target-version", "66", "--confirm", "my-app"))[^1]
            .ShouldBe("The connection uses version 66.0 from now on. Let it go on with: tandem resume");
        (await person.RunAsync("resume")).ShouldBe(["life: resume is under way."]);
        await person.UntilAsync(["state"], "IDLE");
        (await person.RunAsync("info")).ShouldContain("API version  66.0");

        (await person.RunAsync("mapping", "delete", "ACCOUNT", "--confirm", "my-app")).ShouldBe(
            ["Account: no longer mapped. The table and its rows stay."]);
        (await person.RunAsync("recover")).ShouldBe(["life: recover is under way."]);
        await person.UntilAsync(["state"], "IDLE");
        (await person.RunAsync("notifications", "acknowledge")).ShouldBe(["Acknowledged."]);

        var bad = folder.Combine("bad.json");
        await File.WriteAllTextAsync(
            bad,
            """{"mappings": [{"object_name": "Nothing__c", "config": {"access": "read_only", "fields": {"Id": {}}}}]}""",
            Cancelled);
        (await person.FailAsync(1, "import", bad)).ShouldHaveSingleItem().ShouldContain("Nothing__c");
    }

    private static async Task InsertAsync(TestDatabase database, string name)
    {
        await ExecuteAsync(database, $"insert into salesforce.contact (lastname) values ('{name}')");
        await Eventually.BecomesTrueAsync(
            async () =>
            {
                await using var command = database.DataSource.CreateCommand(
                    $"select sfid is not null from salesforce.contact where lastname = '{name}'");
                return await command.ExecuteScalarAsync(Cancelled) is true;
            },
            "the insert has come back with its sfid",
            cancellationToken: Cancelled);
    }

    private static async Task ExecuteAsync(TestDatabase database, string sql)
    {
        await using var command = database.DataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancelled);
    }

    private static async Task<Uri> AddressOf(TandemProcess server) => new((await server.WaitUntilWorkingAsync(Cancelled)).Split(' ')
        .Single(word => word.StartsWith("http", StringComparison.Ordinal)).TrimEnd('.'));
}
