using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tandem.Simulator.Http;

namespace Tandem.Simulator.Composite;

/// <summary>Up to 25 independent requests in one call, in order, each committed by itself; on demand the first error stops the rest.
/// Source: salesforce-api.md, section 2.8.</summary>
internal static class BatchEndpoints
{
    private const int MaxRequests = 25;

    public static void Map(IEndpointRouteBuilder routes, SubrequestRunner runner) =>
        routes.MapPost("/services/data/v{version}/composite/batch", context => Run(context, runner));

    private static async Task Run(HttpContext context, SubrequestRunner runner)
    {
        using var body = await ApiRequest.ReadJsonAsync(context);
        var requests = Read(body.RootElement);
        var halts = JsonMember.IsTrue(body.RootElement, "haltOnError");
        var answers = new List<Subresponse>(requests.Count);
        var hasErrors = false;
        foreach (var request in requests)
        {
            var answer = halts && hasErrors ? Subresponse.Error(412, "BATCH_PROCESSING_HALTED", "Batch processing is halted per request")
                : IsServed(SubrequestReader.ResourceOf(request.Url)) ? await runner.RunAsync(context, request, null)
                : Subresponse.Error(ApiRequest.NotFound());
            hasErrors |= !answer.IsSuccess;
            answers.Add(answer);
        }

        await JsonAnswer.WriteAsync(context, 200, writer =>
        {
            writer.WriteStartObject();
            writer.WriteBoolean("hasErrors", hasErrors);
            writer.WriteStartArray("results");
            foreach (var answer in answers)
            {
                writer.WriteStartObject();
                writer.WriteNumber("statusCode", answer.Status);
                writer.WritePropertyName("result");
                answer.WriteBody(writer);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    private static List<Subrequest> Read(JsonElement call)
    {
        if (call.ValueKind != JsonValueKind.Object || !call.TryGetProperty("batchRequests", out var list)
            || list.ValueKind != JsonValueKind.Array)
            throw SubrequestReader.Invalid("The call needs a list named batchRequests");
        if (list.GetArrayLength() > MaxRequests)
            throw new ApiException(400, "LIMIT_EXCEEDED",
                $"The call holds {list.GetArrayLength()} requests; at most {MaxRequests} are taken");
        return [.. list.EnumerateArray().Select(json => new Subrequest
        {
            Method = SubrequestReader.Text(json, "method").ToUpperInvariant(),
            Url = Whole(SubrequestReader.Text(json, "url")),
            Body = json.TryGetProperty("richInput", out var input) ? input : default,
            InheritsOptions = true,
        })];
    }

    /// <summary>Addresses of a batch begin with the version.</summary>
    private static string Whole(string url) => url.StartsWith("/services/", StringComparison.OrdinalIgnoreCase) ? url
        : "/services/data/" + url.TrimStart('/');

    private static bool IsServed(string resource) => resource.Length > 0
        && (!SubrequestReader.IsUnder(resource, "composite") || SubrequestReader.IsUnder(resource, "composite/sobjects"))
        && !SubrequestReader.IsUnder(resource, "jobs");
}
