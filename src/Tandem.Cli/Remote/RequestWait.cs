using System.Text.Json.Nodes;
using Tandem.Sync.Catalog;

namespace Tandem.Cli.Remote;

/// <summary>Waits for what a server has accepted, and tells meanwhile how far the loads of the connection have come.</summary>
internal sealed class RequestWait(ApiClient api, JsonNode connection, Action<IReadOnlyList<LoadStep>> tell)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(300);

    /// <summary>Where a connection works, or is about to. Source: heroku-connect.md, section 10.1.</summary>
    private static readonly string[] Working =
        ["IDLE", "POLLING_DB_CHANGES", "IMPORT_CONFIGURATION", "BUSY", "RECOVERY", "DB_UNAVAILABLE"];

    /// <summary>The mapping is not read whole yet. Source: heroku-connect.md, section 10.2.</summary>
    private static readonly string[] Loading =
        ["INITIAL", "SCHEMA_CHANGED", "RELOAD_TABLE", "RESYNC", "WAIT_BULK_LOAD", "LOADING_BULK_JOB"];

    /// <returns>The outcome: whether it succeeded, a sentence, and a detail.</returns>
    /// <exception cref="ConfigurationException">The connection does not work any more; what was asked for stays.</exception>
    public async Task<RequestOutcome> UntilDoneAsync(string address, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval, TimeProvider.System);
        while (true)
        {
            var answer = await api.GetAsync(address, cancellationToken);
            if (answer["succeeded"] is { } succeeded)
                return new RequestOutcome(succeeded.GetValue<bool>(), $"{answer["message"]}") { Detail = answer["detail"]?.ToJsonString() };
            Tell(await LookAsync(cancellationToken));
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    /// <summary>Until the tables of these objects are loaded.</summary>
    /// <exception cref="ConfigurationException">One has stopped with an error, or the connection does not work any more.</exception>
    public async Task UntilLoadedAsync(IReadOnlyCollection<string> objects, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval, TimeProvider.System);
        while (true)
        {
            var mappings = await LookAsync(cancellationToken);
            Tell(mappings);
            var asked = mappings
                .Where(mapping => objects.Contains($"{mapping["object_name"]}", StringComparer.OrdinalIgnoreCase))
                .ToList();
            if (asked.Find(mapping => $"{mapping["state"]}" == "SYSTEM_ERROR") is { } stopped)
                throw new ConfigurationException($"{stopped["object_name"]} has stopped: {stopped["state_description"]}");
            if (asked.TrueForAll(mapping => mapping["load"] is null && !Loading.Contains($"{mapping["state"]}", StringComparer.Ordinal)))
                return;
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    private async Task<List<JsonNode>> LookAsync(CancellationToken cancellationToken)
    {
        var found = await api.GetAsync(ApiCommand.PathOf(connection, "?deep=true"), cancellationToken);
        var state = $"{found["state"]}";
        return Working.Contains(state, StringComparer.Ordinal)
            ? [.. (found["mappings"]?.AsArray() ?? []).OfType<JsonNode>()]
            : throw new ConfigurationException(
                $"{connection["name"]} is {state} and does not go on by itself. {found["state_description"]}".TrimEnd());
    }

    private void Tell(List<JsonNode> mappings) => tell(
    [
        .. mappings.Where(mapping => mapping["load"] is not null).Select(mapping => new LoadStep(
            $"{mapping["object_name"]}",
            mapping["load"]?["rows_done"]?.GetValue<long>() ?? 0,
            mapping["load"]?["rows_total"]?.GetValue<long>())),
    ]);
}
