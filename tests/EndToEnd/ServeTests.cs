using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Shouldly;
using Tandem.Server.EmbeddedPostgres;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.EndToEnd;

/// <summary>The life of <c>tandem serve</c>: start, stop, start again, take over, and going on when an end was away for a while.</summary>
public sealed class ServeTests : IAsyncLifetime
{
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(10);

    private readonly TemporaryFolder _folder = new();
    private string _mappings = "";
    private SimulatorProcess? _simulator;
    private OrgApi? _org;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private SimulatorProcess Simulator => _simulator ?? throw new InvalidOperationException("The test is not started.");

    private OrgApi Org => _org ?? throw new InvalidOperationException("The test is not started.");

    public async ValueTask InitializeAsync()
    {
        _mappings = MappedTable.WriteFile(_folder.Combine("mappings.json"), MappedTable.Account, MappedTable.Contact);
        _simulator = await SimulatorProcess.StartAsync(rows: 300, seed: 1, Cancelled);
        _org = await OrgApi.SignInAsync(_simulator.Address, Cancelled);
    }

    public async ValueTask DisposeAsync()
    {
        _org?.Dispose();
        if (_simulator is not null)
        {
            await _simulator.DisposeAsync();
        }

        _folder.Dispose();
    }

    [Fact]
    public async Task Stops_by_interrupt_and_goes_on_with_what_is_stored()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using (var first = ServeProcess.Start(database.ConnectionString, Simulator.Address, _mappings))
        {
            await first.WaitUntilWorkingAsync(Cancelled);
            await SeesAsync(database.DataSource, "select count(*) = 301 from salesforce.contact", AddInOrgAsync("before"));
            await StopAsync(first);
            first.ErrorLines.ShouldNotContain(line => IsTrouble(line));
        }

        await ExecuteAsync(database.DataSource, "insert into salesforce.contact (lastname) values ('Meanwhile')");
        await using var second = ServeProcess.Start(["--database", database.ConnectionString, "--flow", "password"]);
        (await second.WaitUntilWorkingAsync(Cancelled)).ShouldContain("Keeping 2 objects in step");
        await HasInOrgAsync("Meanwhile");
        await SeesAsync(
            database.DataSource, "select count(*) = 1 from salesforce.contact where lastname = 'after'", AddInOrgAsync("after"));
        await StopAsync(second);
        second.Lines.ShouldNotContain(line => line.Contains("Loading ", StringComparison.Ordinal), "the load is not repeated");
    }

    [Fact]
    public async Task A_second_server_waits_and_takes_over_from_a_killed_one()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var first = ServeProcess.Start(database.ConnectionString, Simulator.Address, _mappings);
        await first.WaitUntilWorkingAsync(Cancelled);
        await using var second = ServeProcess.Start(database.ConnectionString, Simulator.Address, _mappings);
        await second.WaitForLineAsync(
            line => line.Contains("Another program works the schema salesforce", StringComparison.Ordinal), Cancelled);

        first.Kill();
        await second.WaitUntilWorkingAsync(Cancelled);
        await ExecuteAsync(database.DataSource, "insert into salesforce.contact (lastname) values ('Heir')");
        await HasInOrgAsync("Heir");
        await StopAsync(second);
    }

    [Fact]
    public async Task Goes_on_when_postgres_was_restarted()
    {
        var options = new EmbeddedPostgresOptions { DataFolder = _folder.Combine("postgres"), IsDurable = false };
        await using var postgres = await StartPostgresAsync(options);
        await using var database = NpgsqlDataSource.Create(postgres.ConnectionString);
        await using var server = ServeProcess.Start(postgres.ConnectionString, Simulator.Address, _mappings);
        await server.WaitUntilWorkingAsync(Cancelled);
        await SeesAsync(database, "select count(*) = 1 from salesforce.contact where lastname = 'before'", AddInOrgAsync("before"));

        await postgres.StopAsync(Cancelled);
        await AddInOrgAsync("while");
        await server.WaitForLineAsync(line => line.Contains("The shift ended", StringComparison.Ordinal), Cancelled);
        await using var restarted = await StartPostgresAsync(options);
        restarted.Port.ShouldBe(postgres.Port, "the address must stay");
        database.Clear();
        await ExecuteAsync(database, "insert into salesforce.contact (lastname) values ('Again')");
        await HasInOrgAsync("Again");
        await SeesAsync(database, "select count(*) = 1 from salesforce.contact where lastname = 'while'", Task.CompletedTask);
        await StopAsync(server);
    }

    [Fact]
    public async Task Goes_on_when_the_org_was_away_and_sends_what_queued()
    {
        await using var relay = new NetworkRelay(Simulator.Address.Host, Simulator.Address.Port);
        relay.Restore();
        await using var database = await TestDatabase.CreateAsync();
        await using var server = ServeProcess.Start(database.ConnectionString, relay.Address, _mappings, "--lost-insert-pause", "0.2");
        await server.WaitUntilWorkingAsync(Cancelled);
        await SeesAsync(
            database.DataSource, "select count(*) = 1 from salesforce.contact where lastname = 'before'", AddInOrgAsync("before"));

        await relay.CutAsync();
        await ExecuteAsync(database.DataSource, "insert into salesforce.contact (lastname) values ('Patient')");
        await server.WaitForLineAsync(line => line.Contains("could not be sent; trying again", StringComparison.Ordinal), Cancelled);
        await AddInOrgAsync("while");
        relay.Restore();
        await HasInOrgAsync("Patient");
        await SeesAsync(database.DataSource, "select count(*) = 1 from salesforce.contact where lastname = 'while'", Task.CompletedTask);
        await StopAsync(server);
    }

    /// <summary>heroku-connect.md, sections 3 and 5: the row's _hc_lastop and _hc_err, the log's state and sf_message.</summary>
    [Fact]
    public async Task A_rejected_row_shows_why_and_holds_up_nothing()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var server = ServeProcess.Start(database.ConnectionString, Simulator.Address, _mappings);
        await server.WaitUntilWorkingAsync(Cancelled);
        await ExecuteAsync(database.DataSource, "insert into salesforce.contact (lastname, email) values ('Bad mail', 'no address')");
        await ExecuteAsync(database.DataSource, "insert into salesforce.contact (title) values ('Nameless')");
        await ExecuteAsync(database.DataSource, "insert into salesforce.contact (lastname) values ('Good')");
        await HasInOrgAsync("Good");

        await SeesAsync(
            database.DataSource, "select count(*) = 2 from salesforce._trigger_log where state = 'FAILED'", Task.CompletedTask);
        (await ReadTextAsync(database.DataSource, MessageOf("lastname = 'Bad mail'"))).ShouldStartWith("INVALID_EMAIL_ADDRESS: ");
        (await ReadTextAsync(database.DataSource, MessageOf("title = 'Nameless'"))).ShouldStartWith("REQUIRED_FIELD_MISSING: ");
        (await ReadTextAsync(database.DataSource, "select _hc_lastop from salesforce.contact where lastname = 'Bad mail'"))
            .ShouldBe("FAILED");
        using var error = JsonDocument.Parse(
            await ReadTextAsync(database.DataSource, "select _hc_err from salesforce.contact where lastname = 'Bad mail'"));
        error.RootElement.GetProperty("code").GetString().ShouldBe("INVALID_EMAIL_ADDRESS");
        error.RootElement.GetProperty("fields").EnumerateArray().Select(field => field.GetString()).ShouldBe(["Email"]);

        await ExecuteAsync(database.DataSource, "insert into salesforce.contact (lastname) values ('Later')");
        await HasInOrgAsync("Later");
        await StopAsync(server);
    }

    private static string MessageOf(string row) =>
        "select l.sf_message from salesforce._trigger_log l join salesforce.contact c on c.id = l.record_id "
        + $"where l.state = 'FAILED' and c.{row}";

    private static Task<EmbeddedPostgresServer> StartPostgresAsync(EmbeddedPostgresOptions options) =>
        EmbeddedPostgresServer.StartAsync(options, TimeProvider.System, NullLogger.Instance, Cancelled);

    private static async Task StopAsync(TandemProcess server)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        limit.CancelAfter(LongestStop);
        (await server.InterruptAsync(limit.Token)).ShouldBe(0, string.Join('\n', server.Lines));
    }

    private static bool IsTrouble(string line) => line.Contains(" warn: ", StringComparison.Ordinal)
        || line.Contains(" fail: ", StringComparison.Ordinal) || !line.Contains(" info: ", StringComparison.Ordinal);

    private async Task AddInOrgAsync(string lastName) =>
        await Org.CreateAsync("Contact", new JsonObject { ["LastName"] = lastName }, Cancelled);

    private Task HasInOrgAsync(string lastName) => Eventually.BecomesTrueAsync(
        async () => (await Org.QueryAsync($"SELECT Id FROM Contact WHERE LastName = '{lastName}'", Cancelled)).Count == 1,
        $"the org has one contact {lastName}",
        cancellationToken: Cancelled);

    private static async Task SeesAsync(NpgsqlDataSource database, string question, Task change)
    {
        await change;
        await Eventually.BecomesTrueAsync(
            async () => await ReadAsync(database, question) is true, $"Postgres says yes to: {question}", cancellationToken: Cancelled);
    }

    private static async Task<string> ReadTextAsync(NpgsqlDataSource database, string sql) =>
        await ReadAsync(database, sql) as string ?? throw new InvalidOperationException($"No text came back from: {sql}");

    private static async Task<object?> ReadAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        return await command.ExecuteScalarAsync(Cancelled);
    }

    private static async Task ExecuteAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancelled);
    }
}
