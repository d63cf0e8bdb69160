using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tandem.Simulator.Bulk;
using Tandem.Simulator.Data;
using Tandem.Simulator.Events;

namespace Tandem.Simulator.Http;

/// <summary>Where clients start: the versions, a version's resources and the org's limits. Source: salesforce-api.md, section
/// 2.1.</summary>
internal static class VersionEndpoints
{
    private const string Version = "/services/data/v{version}";
    private static readonly string[] ReadMethods = [HttpMethods.Get, HttpMethods.Head];

    public static void Map(IEndpointRouteBuilder routes, Org org, ApiUsage usage, EventBus events, BulkUsage bulk)
    {
        routes.MapMethods("/services/data", ReadMethods, Versions);
        routes.MapMethods(Version, ReadMethods, context => ListResources(context, org, ResourceNames(routes.DataSources)));
        routes.MapMethods(Version + "/limits", ReadMethods, context => Limits(context, org, usage, events, bulk));
    }

    private static Task Versions(HttpContext context) => JsonAnswer.WriteAsync(context, 200, writer =>
    {
        writer.WriteStartArray();
        foreach (var version in ApiVersions.All)
        {
            var number = string.Create(CultureInfo.InvariantCulture, $"{version}.0");
            writer.WriteStartObject();
            writer.WriteString("label", ApiVersions.Label(version));
            writer.WriteString("url", ApiVersions.RootOf(version));
            writer.WriteString("version", number);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    });

    /// <summary>What stands directly under a version among all that the server has mapped, so that the list tells the truth.</summary>
    private static IEnumerable<string> ResourceNames(IEnumerable<EndpointDataSource> sources) => sources
        .SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().Select(endpoint => endpoint.RoutePattern.RawText ?? "")
        .Where(route => route.StartsWith(Version + "/", StringComparison.Ordinal))
        .Select(route => route[(Version.Length + 1)..].Split('/')[0])
        .Where(name => name.Length > 0 && !name.Contains('{', StringComparison.Ordinal))
        .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    private static Task ListResources(HttpContext context, Org org, IEnumerable<string> resourceNames)
    {
        var root = ApiRequest.Root(context);
        var user = ApiRequest.Session(context).UserId;
        return JsonAnswer.WriteAsync(context, 200, writer =>
        {
            writer.WriteStartObject();
            foreach (var resource in resourceNames)
                writer.WriteString(resource, $"{root}/{resource}");
            writer.WriteString("identity", $"{ApiRequest.Origin(context.Request)}/id/{org.OrganizationId}/{user}");
            writer.WriteEndObject();
        });
    }

    /// <summary>Limits that the simulator does not use up are answered whole, because clients look for their names.</summary>
    private static Task Limits(HttpContext context, Org org, ApiUsage usage, EventBus events, BulkUsage bulk) =>
        JsonAnswer.WriteAsync(context, 200, writer =>
    {
        // About two kilobytes for each record, as the platform reckons storage.
        var megabytes = (int)(org.Types.Sum(type => (long)(org.FindTable(type.Name)?.Count ?? 0)) * 2 / 1024);
        writer.WriteStartObject();
        Write("ActiveScratchOrgs", 3, 3);
        Write("ConcurrentAsyncGetReportInstances", 200, 200);
        Write("ConcurrentSyncReportRuns", 20, 20);
        Write("DailyApiRequests", usage.Max, usage.Max - usage.Used);
        Write("DailyAsyncApexExecutions", 250_000, 250_000);
        Write("DailyBulkApiBatches", BulkUsage.MaxBatches, BulkUsage.MaxBatches - bulk.Batches);
        Write("DailyBulkV2QueryFileStorageMB", 976_562, 976_562);
        Write("DailyBulkV2QueryJobs", BulkUsage.MaxQueryJobs, BulkUsage.MaxQueryJobs - bulk.QueryJobs);
        Write("DailyDeliveredPlatformEvents", events.Allowance.Max, events.Allowance.Max - events.Allowance.Used);
        Write("DailyDurableStreamingApiEvents", 10_000, 10_000);
        Write("DailyGenericStreamingApiEvents", 10_000, 10_000);
        Write("DailyScratchOrgs", 6, 6);
        Write("DailyStreamingApiEvents", 10_000, 10_000);
        Write("DataStorageMB", Math.Max(1024, megabytes), Math.Max(1024, megabytes) - megabytes);
        Write("DurableStreamingApiConcurrentClients", 20, 20);
        Write("FileStorageMB", 1024, 1024);
        Write("HourlyPublishedPlatformEvents", events.Publishing.Max, events.Publishing.Max - events.Publishing.Used);
        Write("HourlyTimeBasedWorkflow", 1000, 1000);
        Write("MassEmail", 5000, 5000);
        Write("SingleEmail", 5000, 5000);
        Write("StreamingApiConcurrentClients", 20, 20);
        writer.WriteEndObject();

        void Write(string name, int max, int remaining)
        {
            writer.WriteStartObject(name);
            writer.WriteNumber("Max", max);
            writer.WriteNumber("Remaining", Math.Max(0, remaining));
            writer.WriteEndObject();
        }
    });
}
