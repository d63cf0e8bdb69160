using System.Text.Json.Nodes;
using Tandem.Sync.Catalog;

namespace Tandem.Cli;

/// <summary>Prints what became of a request, and gives the exit code that goes with it.</summary>
internal static class OutcomeScreen
{
    public static async Task<int> ShowAsync(bool isJson, RequestOutcome outcome)
    {
        if (isJson)
            Console.WriteLine(new JsonObject { ["succeeded"] = outcome.Succeeded, ["message"] = outcome.Sentence }.ToJsonString());
        else
            await (outcome.Succeeded ? Console.Out : Console.Error).WriteLineAsync(outcome.Sentence);
        return outcome.Succeeded ? 0 : CommandLine.Failed;
    }
}
