using Shouldly;
using Tandem.Cli;
using Xunit;

namespace Tandem.Tests.Unit.Cli;

/// <summary>heroku-connect.md, section 12.10: whoever knows the plugin types the same words.</summary>
public sealed class PluginWordsTests
{
    [Theory]
    [InlineData("connect:info -a my-app", "info -a my-app")]
    [InlineData("mapping:write-errors Account --json", "mapping write-errors Account --json")]
    [InlineData("connect:notifications:acknowledge --event-type mapping-error", "notifications acknowledge --event-type mapping-error")]
    [InlineData("sf:auth -e sandbox", "auth -e sandbox")]
    [InlineData("connect:sf:auth", "auth")]
    [InlineData("import file:name.json", "import file:name.json")]
    [InlineData("[suggest:4] tand", "[suggest:4] tand")]
    public void Colons_are_blanks(string typed, string expected) =>
        string.Join(' ', PluginWords.Translate(typed.Split(' '))).ShouldBe(expected);

    /// <summary>Each command of the plugin with the options that its help lists, but for -a with the app's name.</summary>
    [Theory]
    [InlineData("connect:diagnose -v")]
    [InlineData("connect:export --resource r")]
    [InlineData("connect:import file.json")]
    [InlineData("connect:info -c")]
    [InlineData("connect:manage-sf-api-version --target-version 61.0 --confirm my-app --json")]
    [InlineData("connect:mapping:delete Contact --confirm my-app")]
    [InlineData("connect:mapping:diagnose Contact -v")]
    [InlineData("connect:mapping:reload Contact")]
    [InlineData("connect:mapping:state Contact")]
    [InlineData("connect:mapping:write-errors Contact --json")]
    [InlineData("connect:notifications --after 2026-01-01 --before 2026-02-01T00:00:00Z --event-type mapping-error")]
    [InlineData("connect:notifications:acknowledge --after 2026-01-01")]
    [InlineData("connect:pause")]
    [InlineData("connect:recover")]
    [InlineData("connect:restart")]
    [InlineData("connect:resume")]
    [InlineData("connect:sf:auth -c http://localhost:18000 -d acme.my.salesforce.com -e custom")]
    [InlineData("connect:state --json")]
    [InlineData("connect:write-errors --json")]
    public void Every_command_of_the_plugin_is_understood(string typed) =>
        CommandLine.Build().Parse(PluginWords.Translate([.. typed.Split(' '), "-a", "my-app"])).Errors.ShouldBeEmpty();
}
