using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tandem.Simulator.Http;
using Tandem.Simulator.Records;

namespace Tandem.Simulator.Composite;

/// <summary>
/// Several graphs of requests in one call: a graph's requests run in the order of their references and are kept all or not at all,
/// whatever becomes of the other graphs. Source: salesforce-api.md, section 2.8.
/// </summary>
internal static class GraphEndpoints
{
    private const int MaxGraphs = 75;
    private const int MaxNodes = 500;
    private const int MaxDepth = 15;

    public static void Map(IEndpointRouteBuilder routes, RecordSaver saver, SubrequestRunner runner) =>
        routes.MapPost("/services/data/v{version}/composite/graph", context => Run(context, saver, runner));

    private static async Task Run(HttpContext context, RecordSaver saver, SubrequestRunner runner)
    {
        using var body = await ApiRequest.ReadJsonAsync(context);
        var graphs = Read(body.RootElement);
        var answers = new List<IReadOnlyList<Subresponse>>(graphs.Count);
        foreach (var (_, requests) in graphs)
            answers.Add(await RunGraphAsync(context, saver, runner, requests));
        await JsonAnswer.WriteAsync(context, 200, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("graphs");
            for (var at = 0; at < graphs.Count; at++)
            {
                writer.WriteStartObject();
                writer.WriteString("graphId", graphs[at].Id);
                writer.WriteStartObject("graphResponse");
                CompositeEndpoints.WriteAll(writer, graphs[at].Requests, answers[at]);
                writer.WriteEndObject();
                writer.WriteBoolean("isSuccessful", answers[at].All(answer => answer.IsSuccess));
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    private static List<(string Id, List<Subrequest> Requests)> Read(JsonElement call)
    {
        if (call.ValueKind != JsonValueKind.Object || !call.TryGetProperty("graphs", out var list) || list.ValueKind != JsonValueKind.Array)
            throw SubrequestReader.Invalid("The call needs a list named graphs");
        if (list.GetArrayLength() > MaxGraphs)
            throw new ApiException(400, "LIMIT_EXCEEDED", $"The call holds {list.GetArrayLength()} graphs; at most {MaxGraphs} are taken");
        var graphs = list.EnumerateArray()
            .Select(json => (SubrequestReader.Text(json, "graphId"), SubrequestReader.Read(json, MaxNodes))).ToList();
        var nodes = graphs.Sum(graph => graph.Item2.Count);
        return nodes <= MaxNodes ? graphs
            : throw new ApiException(400, "LIMIT_EXCEEDED", $"The graphs hold {nodes} requests; at most {MaxNodes} are taken");
    }

    private static async Task<IReadOnlyList<Subresponse>> RunGraphAsync(
        HttpContext context, RecordSaver saver, SubrequestRunner runner, IReadOnlyList<Subrequest> requests)
    {
        var levels = Levels(requests);
        if (levels.Max(level => level) is >= MaxDepth and var depth)
        {
            var error = Subresponse.Error(400, "LIMIT_EXCEEDED",
                $"The references of the graph are {depth + 1} levels deep; at most {MaxDepth} are taken");
            return [.. requests.Select(_ => error)];
        }

        var references = new References();
        var answers = new Subresponse[requests.Count];
        using var open = await saver.OpenAsync(ApiRequest.Caller(context), context.RequestAborted);
        foreach (var at in Enumerable.Range(0, requests.Count).OrderBy(at => levels[at] < 0 ? int.MaxValue : levels[at]))
        {
            answers[at] = await CompositeEndpoints.RunOneAsync(context, runner, requests[at], references, open.Transaction,
                resource => SubrequestReader.IsUnder(resource, "sobjects"));
            if (CompositeEndpoints.IsFailure(requests[at], answers[at]))
                return [.. requests.Select((_, other) => other == at ? answers[at] : Subresponse.Halted())];
        }

        open.Commit();
        return answers;
    }

    /// <summary>How many references stand before each request; -1 for one in a circle, which so meets no value and fails.</summary>
    private static int[] Levels(IReadOnlyList<Subrequest> requests)
    {
        var places = requests.Select((request, at) => (request.ReferenceId, at))
            .ToDictionary(pair => pair.ReferenceId, pair => pair.at, StringComparer.Ordinal);
        var needs = requests.Select(request => References.NamesIn(request).Where(places.ContainsKey).Select(name => places[name]).ToList())
            .ToList();
        var levels = Enumerable.Repeat(-1, requests.Count).ToArray();
        for (var level = 0; level < requests.Count; level++)
        {
            var ready = Enumerable.Range(0, requests.Count)
                .Where(at => levels[at] < 0 && needs[at].TrueForAll(need => levels[need] >= 0)).ToList();
            if (ready.Count == 0)
                break;
            ready.ForEach(at => levels[at] = level);
        }

        return levels;
    }
}
