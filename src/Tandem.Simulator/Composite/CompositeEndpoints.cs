using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tandem.Simulator.Data;
using Tandem.Simulator.Http;
using Tandem.Simulator.Records;

namespace Tandem.Simulator.Composite;

/// <summary>
/// Up to 25 requests in one call, each able to use the answers before it; with <c>allOrNone</c> they share one transaction, in which they
/// see each other's rows while nobody else does. Source: salesforce-api.md, section 2.8.
/// </summary>
internal static class CompositeEndpoints
{
    private const int MaxRequests = 25;
    private const int MaxHeavy = 5;

    public static void Map(IEndpointRouteBuilder routes, RecordSaver saver, SubrequestRunner runner) =>
        routes.MapPost("/services/data/v{version}/composite", context => Run(context, saver, runner));

    /// <summary>The answer of one request of a call, its references filled in from the answers before.</summary>
    public static async Task<Subresponse> RunOneAsync(HttpContext context, SubrequestRunner runner, Subrequest request,
        References references, OrgTransaction? transaction, Func<string, bool> isServed)
    {
        var (resolved, problem) = references.Resolve(request);
        if (resolved is null)
            return Subresponse.Error(400, "PROCESSING_HALTED", problem ?? "Invalid reference specified.");
        var answer = isServed(SubrequestReader.ResourceOf(resolved.Url))
            ? await runner.RunAsync(context, resolved, transaction) : Subresponse.Error(ApiRequest.NotFound());
        references.Add(request.ReferenceId, answer);
        return answer;
    }

    /// <summary>True when the answer ends a call that takes all or nothing: an error, or a failed row of a collection that does so
    /// too.</summary>
    public static bool IsFailure(Subrequest request, Subresponse answer) => !answer.IsSuccess || (answer.HasFailedRow
        && (JsonMember.IsTrue(request.Body, "allOrNone")
            || request.Url.Contains("allOrNone=true", StringComparison.OrdinalIgnoreCase)));

    private static async Task Run(HttpContext context, RecordSaver saver, SubrequestRunner runner)
    {
        using var body = await ApiRequest.ReadJsonAsync(context);
        var requests = SubrequestReader.Read(body.RootElement, MaxRequests);
        if (requests.Count(request => SubrequestReader.IsHeavy(SubrequestReader.ResourceOf(request.Url))) > MaxHeavy)
            throw new ApiException(400, "LIMIT_EXCEEDED", $"At most {MaxHeavy} requests of a call may be queries or collections");
        var isAllOrNone = JsonMember.IsTrue(body.RootElement, "allOrNone");
        var answers = isAllOrNone ? await RunTogetherAsync(context, saver, runner, requests)
            : await RunEachAsync(context, runner, requests);
        await JsonAnswer.WriteAsync(context, 200, writer =>
        {
            writer.WriteStartObject();
            WriteAll(writer, requests, answers);
            writer.WriteEndObject();
        });
    }

    public static void WriteAll(Utf8JsonWriter writer, IReadOnlyList<Subrequest> requests, IReadOnlyList<Subresponse> answers)
    {
        writer.WriteStartArray("compositeResponse");
        for (var at = 0; at < requests.Count; at++)
            answers[at].Write(writer, requests[at].ReferenceId);
        writer.WriteEndArray();
    }

    private static async Task<List<Subresponse>> RunEachAsync(
        HttpContext context, SubrequestRunner runner, List<Subrequest> requests)
    {
        var references = new References();
        var answers = new List<Subresponse>(requests.Count);
        foreach (var request in requests)
            answers.Add(await RunOneAsync(context, runner, request, references, null, IsServed));
        return answers;
    }

    private static async Task<List<Subresponse>> RunTogetherAsync(
        HttpContext context, RecordSaver saver, SubrequestRunner runner, List<Subrequest> requests)
    {
        var references = new References();
        var answers = new List<Subresponse>(requests.Count);
        using var open = await saver.OpenAsync(ApiRequest.Caller(context), context.RequestAborted);
        foreach (var request in requests)
        {
            var answer = await RunOneAsync(context, runner, request, references, open.Transaction, IsServed);
            if (IsFailure(request, answer))
                return [.. requests.Select((_, at) => at == answers.Count ? answer : Subresponse.Halted())];
            answers.Add(answer);
        }

        open.Commit();
        return answers;
    }

    private static bool IsServed(string resource) => SubrequestReader.IsUnder(resource, "sobjects") || SubrequestReader.IsHeavy(resource);
}
