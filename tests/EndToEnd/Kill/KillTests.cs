using System.Text.Json.Nodes;
using Npgsql;
using Shouldly;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.EndToEnd.Kill;

/// <summary>
/// The server dies by SIGKILL twenty times while an app and a person write on both sides: in the initial load, while it starts, and
/// while it polls and pushes. Afterwards nothing is lost and nothing is there twice (architecture.md, promises 1, 2 and 6). The moments
/// come from a seed, which is printed; TANDEM_KILL_SEED repeats one.
/// </summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Rows = 20_000;
    private const int LoadKills = 6;
    private const int StartKills = 4;
    private const int WorkKills = 10;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact(Timeout = 400_000)]
    public async Task Loses_nothing_and_doubles_nothing_when_the_server_is_killed_twenty_times()
    {
        var seed = KillSeed.Choose(output);
        var random = new Random(seed);
        await using var database = await TestDatabase.CreateAsync();
        await using var simulator = await SimulatorProcess.StartAsync(Rows, seed: 1, Cancelled);
        using var org = await OrgApi.SignInAsync(simulator.Address, Cancelled);
        using var folder = new TemporaryFolder();
        var mappings = MappedTable.WriteFile(folder.Combine("mappings.json"), MappedTable.Account, MappedTable.Contact);
        var seeded = (await org.QueryAsync("SELECT Id FROM Contact ORDER BY Id LIMIT 40", Cancelled))
            .Select(record => record.GetProperty("Id").GetString() ?? "").ToList();
        var app = new LocalApp(database.DataSource, new Random(seed + 1), seeded);
        var user = new OrgUser(org, new Random(seed + 2), seeded);
        TandemProcess Serve() => ServeProcess.Start(
            database.ConnectionString, simulator.Address, mappings, "--page-records", "1000", "--lost-insert-pause", "0.3");

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var writing = Task.CompletedTask;
        var killedInLoad = 0;
        for (var kill = 0; kill < LoadKills; kill++)
        {
            await using var server = Serve();
            await server.WaitUntilWorkingAsync(Cancelled);
            writing = kill == 0 ? Task.WhenAll(app.RunAsync(stop.Token), user.RunAsync(stop.Token)) : writing;
            var rows = (kill * Rows / LoadKills) + random.Next(Rows / LoadKills);
            await ExplainAsync(WaitForRowsAsync(database.DataSource, rows), server, database.DataSource);
            server.Kill();
            killedInLoad += await IsLoadedAsync(database.DataSource) ? 0 : 1;
        }

        for (var kill = 0; kill < StartKills; kill++)
        {
            await using var server = Serve();
            await Pace.PassAsync(TimeSpan.FromMilliseconds(random.Next(100, 1_200)), Cancelled);
            server.Kill();
        }

        var pushed = 0;
        for (var kill = 0; kill < WorkKills; kill++)
        {
            await using var server = Serve();
            var batches = random.Next(1, 4);
            await ExplainAsync(
                Eventually.BecomesTrueAsync(
                    () => CountPushed(server) >= batches, $"{batches} batches are pushed", TimeSpan.FromSeconds(60), Cancelled),
                server,
                database.DataSource);
            await Pace.PassAsync(TimeSpan.FromMilliseconds(random.Next(1, 1_000)), Cancelled);
            server.Kill();
            pushed += CountPushed(server);
        }

        await stop.CancelAsync();
        await writing;
        await using var last = Serve();
        await ExplainAsync(WaitForRestAsync(database.DataSource, org), last, database.DataSource);
        output.WriteLine(
            $"{killedInLoad} kills in the load, {pushed} pushed batches before the others, {app.Contacts.Count} contacts and "
            + $"{app.Accounts.Count} accounts of the app, {user.Titles.Count} titles of the user");

        // A run whose kills missed the work would prove nothing.
        killedInLoad.ShouldBeGreaterThan(LoadKills / 2);
        var context = $"seed {seed}";
        (await ReadAsync(database.DataSource, "select coalesce(sf_message, '') from salesforce._trigger_log where state = 'FAILED'"))
            .ShouldBeEmpty(context);
        (await Comparison.FindDifferencesAsync(database.DataSource, org, MappedTable.Account, Cancelled)).ShouldBeEmpty(context);
        (await Comparison.FindDifferencesAsync(database.DataSource, org, MappedTable.Contact, Cancelled)).ShouldBeEmpty(context);
        await CheckAppAsync(app, org, context);
        await CheckUserAsync(user, app, org, context);
        (await last.InterruptAsync(Cancelled)).ShouldBe(0, context);
    }

    private static int CountPushed(TandemProcess server) =>
        server.Lines.Count(line => line.Contains("Pushed ", StringComparison.Ordinal));

    /// <summary>What the app committed stands in the org, once; both sides are equal already.</summary>
    private static async Task CheckAppAsync(LocalApp app, OrgApi org, string context)
    {
        var contacts = await org.QueryAsync("SELECT Id, Description, Title FROM Contact WHERE LastName IN ('App', 'Short')", Cancelled);
        Texts(contacts, "Description").Order().ShouldBe(app.Contacts.Keys.Order(), $"{context}: each insert once, no delete undone");
        foreach (var contact in contacts)
        {
            Text(contact, "Title").ShouldBe(app.Contacts[Text(contact, "Description")], context);
        }

        var accounts = await org.QueryAsync("SELECT Id, Ext_Id__c, Description FROM Account WHERE Name = 'App'", Cancelled);
        Texts(accounts, "Ext_Id__c").Order().ShouldBe(app.Accounts.Keys.Order(), $"{context}: each insert once, no delete undone");
        foreach (var account in accounts)
        {
            Text(account, "Description").ShouldBe(app.Accounts[Text(account, "Ext_Id__c")], context);
        }
    }

    private static async Task CheckUserAsync(OrgUser user, LocalApp app, OrgApi org, string context)
    {
        var contacts = (await org.QueryAsync("SELECT Id, Title, Description FROM Contact", Cancelled))
            .ToDictionary(contact => Text(contact, "Id"));
        foreach (var (id, title) in user.Titles)
        {
            Text(contacts[id], "Title").ShouldBe(title, $"{context}: the person's title of {id}");
        }

        foreach (var (id, description) in app.Seeded)
        {
            Text(contacts[id], "Description").ShouldBe(description, $"{context}: the app's description of {id}");
        }

        user.Deleted.Where(contacts.ContainsKey).ShouldBeEmpty(context);
    }

    /// <summary>
    /// At rest: nothing is queued, and a record that was made in the org after that has arrived, and with it whatever came before.
    /// </summary>
    private static async Task WaitForRestAsync(NpgsqlDataSource database, OrgApi org)
    {
        await Eventually.BecomesTrueAsync(
            async () => (await ReadAsync(
                database, "select id::text from salesforce._trigger_log where state in ('NEW', 'PENDING') limit 1")).Count == 0,
            "the change log is empty",
            TimeSpan.FromSeconds(150),
            Cancelled);
        foreach (var table in new[] { MappedTable.Account, MappedTable.Contact })
        {
            var name = table == MappedTable.Account ? "Name" : "LastName";
            var marker = await org.CreateAsync(table.ObjectName, new JsonObject { [name] = "The end" }, Cancelled);
            await Eventually.BecomesTrueAsync(
                async () => (await ReadAsync(database, $"select sfid from salesforce.{table.Table} where sfid = '{marker}'")).Count == 1,
                $"the last {table.ObjectName} has arrived",
                cancellationToken: Cancelled);
        }
    }

    /// <summary>Shows what the server said, what is queued and what the database does, when the awaited thing does not come.</summary>
    private async Task ExplainAsync(Task awaited, TandemProcess server, NpgsqlDataSource database)
    {
        try
        {
            await awaited;
        }
        catch (TimeoutException)
        {
            output.WriteLine(string.Join('\n', server.Lines.TakeLast(40)));
            var queue = await ReadAsync(
                database,
                "select concat_ws(' ', table_name, state, action, count(*)) from salesforce._trigger_log "
                + "group by table_name, state, action");
            var progress = await ReadAsync(database, "select p::text from tandem.progress p");
            var sessions = await ReadAsync(
                database,
                "select concat_ws(' ', pid, state, wait_event_type, wait_event, pg_blocking_pids(pid), left(query, 200)) "
                + "from pg_stat_activity where datname = current_database()");
            output.WriteLine(string.Join('\n', [.. queue, .. progress, .. sessions]));
            throw;
        }
    }

    private static Task WaitForRowsAsync(NpgsqlDataSource database, int rows) => Eventually.BecomesTrueAsync(
        async () => (await ReadAsync(
            database, $"select 'yes' from tandem.progress where object_name = 'Contact' and rows_loaded >= {rows}")).Count == 1,
        $"{rows} contacts are loaded",
        cancellationToken: Cancelled);

    private static async Task<bool> IsLoadedAsync(NpgsqlDataSource database) =>
        (await ReadAsync(
            database, "select 'yes' from tandem.progress where object_name = 'Contact' and cursor_stamp is not null")).Count == 1;

    private static async Task<List<string>> ReadAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(Cancelled);
        var texts = new List<string>();
        while (await reader.ReadAsync(Cancelled))
        {
            texts.Add(reader.GetString(0));
        }

        return texts;
    }

    private static IEnumerable<string> Texts(IEnumerable<System.Text.Json.JsonElement> records, string field) =>
        records.Select(record => Text(record, field));

    private static string Text(System.Text.Json.JsonElement record, string field) => record.GetProperty(field).GetString() ?? "";
}
