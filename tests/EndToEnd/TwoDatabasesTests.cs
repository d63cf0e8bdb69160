using System.Security.Cryptography;
using Npgsql;
using Shouldly;
using Tandem.Simulator;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.EndToEnd;

/// <summary>Two apps with a database each on one server, by the command line alone: docs/guide/server.md.</summary>
public sealed class TwoDatabasesTests
{
    private const string Token = "a-token-of-some-length";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_apps_have_a_schema_of_the_same_name_each_in_its_database()
    {
        await using var control = await TestDatabase.CreateAsync();
        await using var shop = await TestDatabase.CreateAsync();
        await using var simulator = await SimulatorServer.StartAsync(
            new SimulatorOptions { Rows = 40, PubSubPort = null }, TimeProvider.System, Cancelled);
        using var folder = new TemporaryFolder();
        var contacts = MappedTable.WriteFile(folder.Combine("contacts.json"), MappedTable.Contact);
        var environment = new Dictionary<string, string>(ServeProcess.Secrets, StringComparer.Ordinal)
        {
            ["TANDEM_API_TOKEN"] = Token,
            ["TANDEM_KEY"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
            ["SHOP_DATABASE_URL"] = UrlOf(shop),
        };
        string[] serve = ["serve", "--database", control.ConnectionString, "--port", "0"];
        await using (var first = TandemProcess.Start(serve, environment))
        {
            var person = new Person(await AddressOf(first), Token);
            await CreateAsync(person, simulator, "crm", environment);
            await CreateAsync(person, simulator, "shop", environment, "--schema", "elsewhere");
            (await person.RunAsync("connect:db:set", "--resource", "shop", "--schema", "salesforce", "--db", "SHOP_DATABASE_URL"))
                .ShouldBe(["shop: the schema is salesforce, the database SHOP_DATABASE_URL."]);
            foreach (var name in new[] { "crm", "shop" })
            {
                await person.UntilAsync(["state", "--resource", name], "IDLE");
                (await person.RunAsync("import", contacts, "--resource", name))[^1].ShouldEndWith(" changed.");
            }

            (await CountAsync(control), await CountAsync(shop)).ShouldBe((40, 40));
            (await person.FailAsync(1, "db:set", "--resource", "shop", "--schema", "another")).ShouldHaveSingleItem()
                .ShouldStartWith("schema_name is salesforce and cannot be changed: the connection has mappings");
            (await person.FailAsync(2, "db:set", "--resource", "shop"))[0].ShouldStartWith("Nothing is to be set");
            (await person.RunAsync("info", "--resource", "shop")).ShouldContain("Database     SHOP_DATABASE_URL");
            (await person.RunAsync("reload", "Contact", "--resource", "shop"))[^1].ShouldBe("Contact was read anew: 40 records.");
            (await person.RunAsync("verify", "--resource", "shop"))[^1].ShouldBe("Both sides are equal.");
            (await first.InterruptAsync(Cancelled)).ShouldBe(0);
        }

        await using var second = TandemProcess.Start(serve, environment);
        var later = new Person(await AddressOf(second), Token);
        await later.UntilAsync(["state", "--resource", "shop"], "IDLE");
        await using (var insert = shop.DataSource.CreateCommand("insert into salesforce.contact (lastname) values ('From the shop')"))
            await insert.ExecuteNonQueryAsync(Cancelled);
        await Eventually.BecomesTrueAsync(
            async () => await CountAsync(shop) == 41 && await CountAsync(control) == 41,
            "the insert came to the org and from there to the other app",
            cancellationToken: Cancelled);
        (await later.RunAsync("connections", "delete", "--resource", "shop", "--with-mappings"))
            .ShouldBe(["shop: removed. The tables and their rows stay."]);
        (await CountAsync(shop)).ShouldBe(41);
        (await later.RunAsync("state")).ShouldBe(["IDLE"]);
        (await second.InterruptAsync(Cancelled)).ShouldBe(0);
    }

    /// <summary>The secrets of the sign-in come from the environment of the command.</summary>
    private static async Task CreateAsync(
        Person person, SimulatorServer simulator, string name, Dictionary<string, string> environment, params string[] more)
    {
        await using var create = TandemProcess.Start(
            ["connections", "create", name, "--org", $"{simulator.BaseAddress}", "--flow", "client-credentials", .. more],
            new Dictionary<string, string>(environment, StringComparer.Ordinal) { ["TANDEM_SERVER"] = $"{person.Server}" });
        (await create.WaitForExitAsync(Cancelled)).ShouldBe(0, string.Join('\n', create.Lines));
        create.Lines.ShouldBe([$"Made {name}; it begins to work."]);
    }

    private static string UrlOf(TestDatabase database)
    {
        var builder = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        var password = Uri.EscapeDataString(builder.Password ?? "");
        return $"postgres://{builder.Username}:{password}@{builder.Host}:{builder.Port}/{builder.Database}";
    }

    private static async Task<long> CountAsync(TestDatabase database)
    {
        await using var command = database.DataSource.CreateCommand("select count(*) from salesforce.contact where sfid is not null");
        return await command.ExecuteScalarAsync(Cancelled) as long? ?? 0;
    }

    private static async Task<Uri> AddressOf(TandemProcess server) => new((await server.WaitUntilWorkingAsync(Cancelled)).Split(' ')
        .Single(word => word.StartsWith("http", StringComparison.Ordinal)).TrimEnd('.'));
}
