using Shouldly;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Clients;

/// <summary>Runs a script or a command of the installed npm packages with the Node.js among them, and reads what it prints.</summary>
internal static class NodeProgram
{
    private static readonly string Modules = RepositoryRoot.Combine("artifacts", "clients", "node_modules");

    /// <summary>Runs one of the scripts beside the tests; it must end well.</summary>
    public static async Task RunScriptAsync(string script, ClientOrg org)
    {
        await using var process = await RunAsync([RepositoryRoot.Combine("tests", "Clients", "Scripts", script)], org.Environment());
        process.ExitCode.ShouldBe(0, string.Join('\n', process.Lines));
    }

    /// <summary>Runs a command of the Salesforce CLI, which must end well, and gives what it prints to its output.</summary>
    public static async Task<string> RunSalesforceAsync(IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        await using var process = await RunAsync([Path.Combine(Modules, "@salesforce", "cli", "bin", "run.js"), .. arguments], environment);
        process.ExitCode.ShouldBe(0, string.Join('\n', process.Lines));
        return string.Join('\n', process.OutputLines);
    }

    private static async Task<TandemProcess> RunAsync(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        var node = Path.Combine(Modules, "node", "bin", "node");
        if (!File.Exists(node))
        {
            throw new InvalidOperationException(
                $"The clients are not installed: {node} is missing. Run ./test Clients, which installs them.");
        }

        var settings = new Dictionary<string, string>(environment, StringComparer.Ordinal) { ["NODE_PATH"] = Modules };
        var process = TandemProcess.StartProgram(node, arguments, settings);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return process;
    }
}
