using System.Net;
using System.Net.Sockets;
using Npgsql;
using Shouldly;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.EndToEnd;

/// <summary>
/// What a person may give wrongly, each as a process: it ends with 1 (2 for wrong words) and says on standard error in one sentence what
/// is wrong, without a stack trace and without a secret.
/// </summary>
public sealed class BadInputTests(BadInputFixture fixture, ITestOutputHelper output) : IClassFixture<BadInputFixture>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("not-a-url", "neither a postgres:// URL nor a key=value connection string")]
    [InlineData("mysql://user:hidden-secret@host/db", "must begin with postgres:// or postgresql://")]
    [InlineData("postgres://user:hidden/secret@host/db", "must be percent-encoded")]
    public async Task A_database_address_that_is_none_is_named(string database, string sentence) =>
        (await FailAsync(["serve", "--database", database, "--org", $"{fixture.Org}"])).ShouldContain(sentence);

    [Fact]
    public async Task A_database_that_refuses_is_named_with_its_address()
    {
        var port = FreePort.Next();
        var error = await FailAsync(["serve", "--database", $"postgres://u:hidden-secret@127.0.0.1:{port}/app", "--org", $"{fixture.Org}"]);
        error.ShouldStartWith($"The database 127.0.0.1:{port}/app cannot be reached: ");
        error.ShouldContain("refused");
    }

    [Fact]
    public async Task The_demo_names_a_database_that_refuses()
    {
        var port = FreePort.Next();
        (await FailAsync(["demo", "--check"], ("DATABASE_URL", $"postgres://u:hidden-secret@127.0.0.1:{port}/app")))
            .ShouldStartWith($"The database 127.0.0.1:{port}/app cannot be reached: ");
    }

    [Fact]
    public async Task A_wrong_database_password_is_named()
    {
        var address = new NpgsqlConnectionStringBuilder(fixture.Database) { Username = "stranger", Password = "hidden-secret" };
        var error = await FailAsync(["serve", "--database", address.ConnectionString, "--org", $"{fixture.Org}"]);
        error.ShouldStartWith($"The database {address.Host}:{address.Port}/{address.Database} refused (28");
        error.ShouldContain("\"stranger\"");
    }

    [Fact]
    public async Task A_database_that_does_not_exist_is_named()
    {
        var address = new NpgsqlConnectionStringBuilder(fixture.Database) { Database = "nowhere" };
        (await FailAsync(["serve", "--database", address.ConnectionString, "--org", $"{fixture.Org}"]))
            .ShouldContain("database \"nowhere\" does not exist");
    }

    [Theory]
    [InlineData("simulator", "--port")]
    [InlineData("demo", "--check", "--rows", "10", "--org-port")]
    [InlineData("demo", "--check", "--rows", "10", "--port")]
    public async Task A_taken_port_is_named(params string[] command)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var error = await FailAsync([.. command, $"{port}"], ("DATABASE_URL", fixture.Database));
        error.ShouldContain($"Port {port} is taken on 127.0.0.1: end the program that listens there, or choose another port.");
    }

    [Fact]
    public async Task Everything_that_a_mapping_names_wrongly_is_named_at_once()
    {
        var mappings = fixture.WriteFile("""
            { "version": 1, "mappings": [
              { "object_name": "Kontakt", "config": { "access": "read_write", "fields": { "Id": {} } } },
              { "object_name": "Contact", "config": { "access": "read_write", "fields": { "Id": {}, "Nachname": {}, "LastName": {} } } } ] }
            """);
        var errors = await FailWithAsync(1, Serve(mappings));
        errors.Count.ShouldBe(2);
        errors[0].ShouldStartWith("Kontakt: the org has no such object");
        errors[1].ShouldStartWith("Contact.Nachname: the org has no such field");
    }

    [Fact]
    public async Task A_missing_mapping_file_is_named() =>
        (await FailAsync(Serve("no-such-file.json"))).ShouldMatch("^The mapping file .*no-such-file.json cannot be read: .*not .*find");

    [Theory]
    [InlineData("{ \"version\": 1,", "is not JSON: line 1")]
    [InlineData("{ \"rows\": [] }", "expected an object with a list named mappings")]
    [InlineData("{ \"version\": 1, \"mappings\": [] }", "expected at least one mapping, found none")]
    public async Task A_mapping_file_that_is_none_is_named_with_its_place(string text, string sentence)
    {
        var mappings = fixture.WriteFile(text);
        var error = await FailAsync(Serve(mappings));
        error.ShouldContain(sentence);
        error.ShouldContain(mappings);
    }

    [Fact]
    public async Task A_missing_variable_is_named() =>
        (await FailAsync(Serve(fixture.Mappings), ("TANDEM_CLIENT_ID", ""))).ShouldStartWith("TANDEM_CLIENT_ID is not set: ");

    [Fact]
    public async Task A_short_api_token_is_named() =>
        (await FailAsync([.. Serve(fixture.Mappings), "--port", "0"], ("TANDEM_API_TOKEN", "short")))
            .ShouldBe("TANDEM_API_TOKEN: expected at least 20 characters, found 5.");

    [Fact]
    public async Task A_master_key_that_is_none_is_named() =>
        (await FailAsync([.. Serve(fixture.Mappings), "--port", "0"], ("TANDEM_KEY", "c2hvcnQ="))).ShouldStartWith("TANDEM_KEY: ");

    [Fact]
    public async Task A_missing_database_is_named() =>
        (await FailAsync(["serve", "--org", $"{fixture.Org}"])).ShouldContain("--database or DATABASE_URL");

    [Fact]
    public async Task A_first_start_without_an_org_says_what_to_give() =>
        (await FailAsync(["serve", "--database", fixture.Database, "--schema", "no_org", "--flow", "password"]))
            .ShouldContain("No org is known for the schema no_org yet: give its address with --org.");

    [Fact]
    public async Task A_first_start_without_mappings_says_what_to_give() =>
        (await FailAsync(["serve", "--database", fixture.Database, "--schema", "no_file", "--org", $"{fixture.Org}", "--flow", "password"]))
            .ShouldContain("give a mapping file with --mappings.");

    [Theory]
    [InlineData("TANDEM_CLIENT_ID", "invalid_client_id")]
    [InlineData("TANDEM_CLIENT_SECRET", "invalid_client")]
    [InlineData("TANDEM_PASSWORD", "invalid_grant")]
    public async Task A_refused_sign_in_tells_the_reason(string variable, string code)
    {
        var error = await FailAsync(Serve(fixture.Mappings), (variable, "hidden-secret"));
        error.ShouldStartWith($"{fixture.Org.Host} refused the sign-in with 400 {code} (");
        error.ShouldMatch(": (check|authorize) .*\\.$");
    }

    [Fact]
    public async Task A_revoked_refresh_token_says_to_authorize_again()
    {
        var token = await fixture.RevokedRefreshTokenAsync(Cancelled);
        var error = await FailAsync([.. Serve(fixture.Mappings)[..^1], "refresh-token"], ("TANDEM_REFRESH_TOKEN", token));
        error.ShouldContain("400 invalid_grant (expired access/refresh token): authorize the connection again");
        error.ShouldNotContain(token);
    }

    [Fact]
    public async Task An_unreachable_org_is_named()
    {
        var port = FreePort.Next();
        (await FailAsync(Serve(fixture.Mappings, new Uri($"http://127.0.0.1:{port}"))))
            .ShouldStartWith($"127.0.0.1:{port} cannot be reached; check its name, the network and the certificates");
    }

    [Fact]
    public async Task A_server_that_is_no_org_is_named() =>
        (await FailAsync(Serve(fixture.Mappings, fixture.NotSalesforce))).ShouldContain("no OAuth answer came");

    [Fact]
    public async Task Another_orgs_connection_is_named()
    {
        string[] arguments = [.. Serve(fixture.Mappings), "--schema", "moved"];
        await using (var server = ServeProcess.Start(arguments[1..]))
        {
            await server.WaitUntilWorkingAsync(Cancelled);
            (await server.InterruptAsync(Cancelled)).ShouldBe(0);
        }

        await fixture.MoveToAnotherOrgAsync("moved", Cancelled);
        (await FailAsync(arguments))
            .ShouldStartWith("The connection moved belongs to the org 00DAnotherOrg00AAA, but the sign-in leads to ");
    }

    [Theory]
    [InlineData("magic: there is no such command or option.", "magic")]
    [InlineData("--flow: expected client-credentials, jwt, refresh-token or password, found magic.", "serve", "--flow", "magic")]
    [InlineData("--org: expected an address such as https://login.salesforce.com", "serve", "--org", "login.salesforce.com")]
    [InlineData("--port: expected a whole number from 0 to 65535, found 70000.", "simulator", "--port", "70000")]
    [InlineData("--port: expected a whole number from 0 to 65535, found 70000.", "demo", "--port", "70000")]
    [InlineData("--rows: expected a whole number of 0 or more, found many.", "simulator", "--rows", "many")]
    [InlineData("--rows: expected a whole number of 1 or more, found 0.", "demo", "--rows", "0")]
    [InlineData("--lost-insert-pause: expected 0 to 3600 seconds, found -1.", "serve", "--lost-insert-pause", "-1")]
    [InlineData("--schema: expected a name of 1 to 48 bytes", "serve", "--schema", "")]
    [InlineData("found pg_mine.", "serve", "--schema", "pg_mine")]
    [InlineData("found tandem.", "demo", "--schema", "tandem")]
    [InlineData(
        "--schema: expected a name of 1 to 48 bytes", "serve", "--schema", "a_name_with_more_than_the_48_bytes_that_a_channel_leaves_it")]
    [InlineData("--writes: expected ordered or merged, found fast.", "serve", "--writes", "fast")]
    [InlineData("--assignment-rules: expected off, on, or the ids of rules", "serve", "--assignment-rules", "Case=500000000000001")]
    [InlineData("--duplicates: expected refuse or save, found on.", "serve", "--duplicates", "on")]
    [InlineData("--long-text: expected refuse or cut, found trim.", "serve", "--long-text", "trim")]
    [InlineData("--bind, --public-url: there is no REST API without --port", "serve", "--bind", "::1", "--public-url", "http://a.example")]
    [InlineData(
        "--app, --types: this is about one connection, and none is named.", "serve", "--port", "0", "--types", "exact", "--app", "a")]
    [InlineData("--app asks a server and --schema a database: give words of one kind.", "export", "--app", "a", "--schema", "b")]
    [InlineData("Contact: a server starts the whole connection again", "recover", "Contact", "--app", "a")]
    [InlineData("--target-version: expected a version such as 61.0, found new.", "manage-sf-api-version", "--target-version", "new")]
    [InlineData("--after: expected a moment such as 2026-01-31T12:00:00Z, found soon.", "notifications", "--after", "soon")]
    [InlineData("--server: expected an address such as https://login.salesforce.com", "info", "--server", "here")]
    [InlineData("--archive-after: expected 0.001 to 3650 days, found 0.", "serve", "--archive-after", "0")]
    [InlineData("--activity: expected a whole number from 0 to 1000, found -2.", "demo", "--activity", "-2")]
    public async Task Wrong_words_end_with_2(string sentence, params string[] words)
    {
        var errors = await FailWithAsync(2, words);
        errors.ShouldContain(line => line.Contains(sentence, StringComparison.Ordinal));
        errors[^1].ShouldBe("Ask for help with --help.");
    }

    private string[] Serve(string mappings, Uri? org = null) =>
        ["serve", "--database", fixture.Database, "--org", $"{org ?? fixture.Org}", "--mappings", mappings, "--flow", "password"];

    /// <summary>Runs to the failure that a person can mend, and gives its only sentence.</summary>
    private async Task<string> FailAsync(string[] arguments, params (string Name, string Value)[] variables) =>
        (await FailWithAsync(1, arguments, variables)).ShouldHaveSingleItem();

    private async Task<IReadOnlyList<string>> FailWithAsync(
        int exitCode, string[] arguments, params (string Name, string Value)[] variables)
    {
        var environment = new Dictionary<string, string>(ServeProcess.Secrets);
        foreach (var (name, value) in variables)
        {
            environment[name] = value;
        }

        await using var process = TandemProcess.Start(arguments, environment);
        await process.EndAsync(exitCode, Cancelled);
        var errors = process.ErrorLines.Where(line => !IsProgress(line)).ToList();
        output.WriteLine(string.Join('\n', errors));
        foreach (var line in process.Lines)
        {
            line.ShouldNotContain("   at ");
            line.ShouldNotContain("Exception");
            line.ShouldNotContain("hidden");
            line.ShouldNotContain("simulator-secret");
        }

        return errors;
    }

    /// <summary>What a person is told on the way: log entries of no concern, and what the demo is about to do.</summary>
    private static bool IsProgress(string line) =>
        line.Contains(" info: ", StringComparison.Ordinal) || line.EndsWith("...", StringComparison.Ordinal);
}
