using System.CommandLine;
using System.Text.Json.Nodes;
using Tandem.Cli.Remote;
using Tandem.Sync.Catalog;

namespace Tandem.Cli.Commands;

/// <summary><c>tandem diagnose</c>: what is wrong or could be better in a connection and its mappings, and what to do about it.</summary>
internal static class DiagnoseCommand
{
    private const int MostAsks = 601;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private static readonly Option<bool> All = Verbose();

    public static Command Build() => ApiCommand.Build(
        "diagnose",
        "Checks a connection and its mappings by rules, each with what to do.",
        (api, connection, _, cancellationToken) => AskAsync(api, connection, cancellationToken),
        (diagnosis, parsed) => DiagnosisScreen.Show(diagnosis, parsed.GetValue(All)),
        All);

    public static Option<bool> Verbose() => new("--verbose", "-v") { Description = "Shows what passed and was skipped, too." };

    private static async Task<JsonNode> AskAsync(ApiClient api, JsonNode connection, CancellationToken cancellationToken)
    {
        var begun = await api.SendAsync(
            HttpMethod.Post, ApiCommand.PathOf(connection, "/validations"), body: null, cancellationToken);
        using var timer = new PeriodicTimer(Interval, TimeProvider.System);
        for (var ask = 0; ask < MostAsks; ask++)
        {
            if (await api.GetAsync($"{begun["result_url"]}", cancellationToken) is JsonObject { Count: > 0 } diagnosis)
                return diagnosis;
            await timer.WaitForNextTickAsync(cancellationToken);
        }

        throw new ConfigurationException("The diagnosis did not end within five minutes.");
    }
}
