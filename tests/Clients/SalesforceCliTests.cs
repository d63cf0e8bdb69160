using System.Text.Json;
using Shouldly;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Clients;

/// <summary>The Salesforce CLI drives the simulator: sign-in, query, bulk import and export. Source: salesforce-api.md, section
/// 13.</summary>
public sealed class SalesforceCliTests(ClientOrg org) : IAsyncLifetime
{
    private readonly TemporaryFolder _home = new();
    private readonly Dictionary<string, string> _environment = org.Environment();

    public async ValueTask InitializeAsync()
    {
        // Its own home keeps the person's sign-ins out of the test and the test's out of theirs.
        _environment["HOME"] = _home.FullPath;
        _environment["SF_ACCESS_TOKEN"] = _environment["ORG_TOKEN"];
        foreach (var name in new[] { "SF_DISABLE_TELEMETRY", "SF_DISABLE_DNS_CHECK", "SF_AUTOUPDATE_DISABLE", "SF_DISABLE_LOG_FILE",
            "SF_USE_GENERIC_UNIX_KEYCHAIN", "SF_SKIP_NEW_VERSION_CHECK" })
            _environment[name] = "true";
        await RunAsync("org", "login", "access-token", "--instance-url", _environment["ORG_URL"], "--no-prompt", "--alias", "simulated");
    }

    [Fact]
    public async Task Queries_with_parents()
    {
        var result = await RunAsync("data", "query", "--target-org", "simulated",
            "--query", "SELECT Id, LastName, Account.Name FROM Contact WHERE AccountId != null ORDER BY Id LIMIT 3");
        result.GetProperty("totalSize").GetInt32().ShouldBe(3);
        result.GetProperty("records").EnumerateArray()
            .ShouldAllBe(record => record.GetProperty("Account").GetProperty("Name").GetString() != null);
    }

    [Fact]
    public async Task Imports_and_exports_by_bulk()
    {
        var file = _home.Combine("rows.csv");
        var rows = Enumerable.Range(0, 300).Select(number => $"Cli {number},cli-{number}");
        await File.WriteAllLinesAsync(file, rows.Prepend("Name,Ext_Id__c"), TestContext.Current.CancellationToken);
        var imported = await RunAsync("data", "import", "bulk", "--target-org", "simulated", "--sobject", "Account", "--file", file,
            "--wait", "2", "--line-ending", "LF");
        imported.GetProperty("processedRecords").GetInt32().ShouldBe(300);
        imported.GetProperty("failedRecords").GetInt32().ShouldBe(0);

        var exported = _home.Combine("out.csv");
        await RunAsync("data", "export", "bulk", "--target-org", "simulated", "--output-file", exported, "--result-format", "csv",
            "--wait", "2", "--query", "SELECT Id, Name, Ext_Id__c FROM Account WHERE Ext_Id__c LIKE 'cli-%'");
        var lines = await File.ReadAllLinesAsync(exported, TestContext.Current.CancellationToken);
        lines.Length.ShouldBe(301);
        lines.ShouldContain(line => line.Contains("Cli 299", StringComparison.Ordinal));
    }

    public ValueTask DisposeAsync()
    {
        _home.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Runs a command that must succeed, and gives the result of its JSON.</summary>
    private async Task<JsonElement> RunAsync(params string[] arguments)
    {
        var output = await NodeProgram.RunSalesforceAsync([.. arguments, "--json"], _environment);
        return JsonSerializer.Deserialize<JsonElement>(output).GetProperty("result");
    }
}
