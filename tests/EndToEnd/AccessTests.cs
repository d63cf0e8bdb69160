using System.Text.Json;
using Shouldly;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.EndToEnd;

/// <summary>Tokens and users as a person looks after them from the command line, before any server runs.</summary>
public sealed class AccessTests
{
    private const string Password = "a good long password";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tokens_are_made_listed_and_revoked_in_an_empty_database()
    {
        await using var database = await TestDatabase.CreateAsync();
        (await RunAsync(database, 0, "tokens", "list", "--json")).ShouldBe(["[]"]);
        var made = await CommandRun.TellAsync(
            database, ["tokens", "create", "ci", "--scope", "admin", "--app", "shop", "--days", "30"], Cancelled);
        made.ShouldContain(line => line.StartsWith("tandem_", StringComparison.Ordinal) && line.Length == 56);
        made.ShouldContain("Keep it now: it is stored nowhere and cannot be shown again.");

        using var issued = JsonDocument.Parse((await RunAsync(database, 0, "tokens", "create", "second", "--json")).ShouldHaveSingleItem());
        issued.RootElement.GetProperty("secret").GetString().ShouldStartWith("tandem_");
        issued.RootElement.GetProperty("token").GetProperty("scope").GetString().ShouldBe("read");

        var list = await RunAsync(database, 0, "tokens", "list");
        list.ShouldContain(line => line.Contains("ci", StringComparison.Ordinal) && line.Contains("app shop", StringComparison.Ordinal));
        list.ShouldAllBe(line => !line.Contains("tandem_", StringComparison.Ordinal));
        (await RunAsync(database, 0, "tokens", "revoke", "ci")).ShouldBe(["Revoked ci."]);
        (await RunAsync(database, 1, "tokens", "revoke", "ci")).ShouldBe(["There is no token ci."]);
        (await RunAsync(database, 1, "tokens", "create", "second")).ShouldHaveSingleItem().ShouldStartWith(
            "There is a token named second already");
        (await RunAsync(database, 1, "tokens", "create", "third", "--connection", "none")).ShouldBe(["There is no connection none."]);
        (await RunAsync(database, 2, "tokens", "create", "third", "--scope", "all"))[0].ShouldBe(
            "--scope: expected read or admin, found all.");
        (await RunAsync(database, 2, "tokens", "create", "third", "--days", "0"))[0].ShouldStartWith("--days: expected a whole number");
        (await ListActionsAsync(database)).ShouldBe(["token.create ci", "token.create second", "token.revoke ci"]);
    }

    [Fact]
    public async Task Users_are_added_given_passwords_and_removed()
    {
        await using var database = await TestDatabase.CreateAsync();
        (await RunWithInputAsync(database, Password, 0, "users", "add", "ada", "--email", "ada@example.com", "--role", "admin"))
            .ShouldBe(["Added ada."]);
        using var added = JsonDocument.Parse(
            (await RunWithInputAsync(database, Password, 0, "users", "add", "eve", "--json")).ShouldHaveSingleItem());
        added.RootElement.GetProperty("role").GetString().ShouldBe("read");
        (await RunWithInputAsync(database, "short", 1, "users", "password", "eve")).ShouldBe(
            ["The password: expected 12 to 256 characters, found 5."]);
        (await RunWithInputAsync(database, "another good password", 0, "users", "password", "eve")).ShouldBe(
            ["Changed the password of eve."]);

        (await RunAsync(database, 1, "users", "add", "bob")).ShouldHaveSingleItem().ShouldStartWith("No password was given: ");
        (await RunAsync(database, 0, "users", "list")).ShouldContain(
            line => line.Contains("ada@example.com", StringComparison.Ordinal) && line.Contains("admin", StringComparison.Ordinal));
        (await RunAsync(database, 0, "users", "remove", "eve")).ShouldBe(["Removed eve."]);
        (await RunAsync(database, 1, "users", "remove", "eve")).ShouldBe(["There is no user eve."]);
        (await ListActionsAsync(database)).ShouldBe(["user.add ada", "user.add eve", "user.change_password eve", "user.remove eve"]);
    }

    [Fact]
    public async Task A_database_that_is_missing_or_refuses_is_named()
    {
        await using var database = await TestDatabase.CreateAsync();
        var port = FreePort.Next();
        foreach (var words in new[] { new[] { "tokens", "list" }, ["users", "list"] })
        {
            var error = await RunAsync(database, 1, [.. words, "--database", $"postgres://u:hidden-secret@127.0.0.1:{port}/app"]);
            error.ShouldHaveSingleItem().ShouldStartWith($"The database 127.0.0.1:{port}/app cannot be reached: ");
        }
    }

    private static async Task<IReadOnlyList<string>> ListActionsAsync(TestDatabase database)
    {
        await using var command = database.DataSource.CreateCommand(
            "select action || ' ' || subject from tandem.audit where actor_kind = 'command_line' and actor_name <> '' order by id");
        await using var reader = await command.ExecuteReaderAsync(Cancelled);
        var actions = new List<string>();
        while (await reader.ReadAsync(Cancelled))
            actions.Add(reader.GetString(0));
        return actions;
    }

    private static Task<IReadOnlyList<string>> RunAsync(TestDatabase database, int exitCode, params string[] words) =>
        CommandRun.RunAsync(database, exitCode, words, Cancelled);

    /// <summary>Gives one line of standard input, as a script does; the line stands in no process list.</summary>
    private static async Task<IReadOnlyList<string>> RunWithInputAsync(
        TestDatabase database, string line, int exitCode, params string[] words)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["DATABASE_URL"] = database.ConnectionString,
            ["LINE"] = line,
        };
        var program = RepositoryRoot.Combine("artifacts", "bin", "Tandem.Cli", "release", "tandem.dll");
        await using var process = TandemProcess.StartProgram(
            "bash", ["-c", "printf '%s\\n' \"$LINE\" | dotnet \"$0\" \"$@\"", program, .. words], environment);
        var lines = await process.EndAsync(exitCode, Cancelled);
        process.Lines.ShouldAllBe(printed => !printed.Contains(line, StringComparison.Ordinal));
        return lines;
    }
}
