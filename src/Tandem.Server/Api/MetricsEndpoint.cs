using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tandem.Postgres.Conflicts;
using Tandem.Salesforce.Limits;
using Tandem.Server.Hosting;
using Tandem.Sync.Faults;
using Tandem.Sync.Running;
using Tandem.Sync.Running.Allowance;
using Tandem.Sync.Telemetry;

namespace Tandem.Server.Api;

/// <summary>
/// What a Prometheus server scrapes of the connections that its token may see. Rows and queues are those of the last count, which a scrape
/// asks to be read anew when it is older than a minute.
/// </summary>
internal sealed class MetricsEndpoint(ApiContext api)
{
    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/metrics", ReadAsync);

    private async Task<IResult> ReadAsync(HttpContext http, CancellationToken cancellationToken)
    {
        var lives = api.ConnectionsOf(http).ToList();
        var mappings = new List<(ConnectionLife Life, MappingStatus Status)>();
        var conflicts = new List<(ConflictCount Count, (string, string?)[] Labels)>();
        foreach (var life in lives)
        {
            var counts = await api.BoardOf(life).ReadAsync(cancellationToken);
            mappings.AddRange(counts.Mappings.Select(status => (life, status)));
            if (await api.CountConflictsAsync(life, cancellationToken) is { } counted)
                conflicts.AddRange(counts.Mappings.Select(status => (counted.Of(status.ObjectName), Labels(life, status.ObjectName))));
        }

        var usages = lives
            .Select(life => (Life: life, Calls: life.Host?.Mappings.Budget?.Read()))
            .SelectMany(usage => usage.Calls is { } calls ? new[] { (usage.Life, Calls: calls) } : [])
            .ToList();
        var text = new MetricsText()
            .Metric("tandem_connection_state", "gauge", "1 for the state that a connection is in.", lives.Select(life =>
                (1.0, new[] { Label(life), ("state", (string?)life.Standing.State.ToString()) })))
            .Metric("tandem_api_calls_total", "counter", "Calls of the org since the connection's last start.", lives
                .Where(life => life.Host is not null)
                .Select(life => ((double)(life.Host?.Salesforce.CallCount ?? 0), new[] { Label(life) })))
            .Metric("tandem_api_calls_by_work_total", "counter", "The same by object and kind of work.", lives.SelectMany(CountCalls))
            .Metric("tandem_api_calls_last_day", "gauge", "Calls of the org in the last 24 hours.", usages.Select(usage =>
                ((double)usage.Calls.Used, new[] { Label(usage.Life) })))
            .Metric("tandem_api_calls_limit", "gauge", "What the connection may use of them in 24 hours.", usages
                .Where(usage => usage.Calls.Limit is not null)
                .Select(usage => ((double)(usage.Calls.Limit ?? 0), new[] { Label(usage.Life) })))
            .Metric("tandem_api_calls_slowed", "gauge", "1 where polls are slowed to keep to that.", usages.Select(usage =>
                (usage.Calls.IsSlowed ? 1.0 : 0.0, new[] { Label(usage.Life) })))
            .Metric("tandem_org_api_calls_remaining", "gauge", "What the org has left of its calls of 24 hours.", usages
                .Where(usage => usage.Calls.Org is not null)
                .Select(usage => (
                    (double)Math.Max(0, (usage.Calls.Org?.Allowed - usage.Calls.Org?.Used) ?? 0), new[] { Label(usage.Life) })))
            .Metric("tandem_mapping_stopped", "gauge", "1 where a mapping waits for a person.", lives.SelectMany(life =>
                (life.Host?.Mappings.All ?? []).Select(mapping => (
                    mapping.Fault is { Action: FaultAction.PauseMapping } ? 1.0 : 0.0, Labels(life, mapping.Mapped.Name)))))
            .Metric("tandem_postgres_rows", "gauge", "Rows of the table.", Each(status => status.DatabaseRows))
            .Metric("tandem_salesforce_rows", "gauge", "Records in the org.", Each(status => status.SalesforceRows))
            .Metric("tandem_queued_changes", "gauge", "Local changes that wait.", Each(status => status.Queued))
            .Metric("tandem_failed_changes", "gauge", "Local changes that Salesforce refused.", Each(status => status.Failed))
            .Metric("tandem_read_errors", "gauge", "Records left out for a value that fits no column.", Each(status => status.ReadErrors))
            .Metric("tandem_conflicts_last_day", "gauge", "Values of the last 24 hours that both sides had changed.", conflicts.Select(
                each => ((double)each.Count.LastDay, each.Labels)))
            .Metric("tandem_conflicts_kept", "gauge", "All of them that the log of conflicts still has.", conflicts.Select(
                each => ((double)each.Count.Kept, each.Labels)))
            .Metric("tandem_rows_loaded_total", "counter", "Rows that ended loads brought.", Sums(SyncTelemetry.LoadedRows))
            .Metric("tandem_rows_changed_total", "counter", "Rows that polls wrote or deleted.", Sums(SyncTelemetry.ChangedRows))
            .Metric("tandem_changes_saved_total", "counter", "Local changes that Salesforce took.", Sums(SyncTelemetry.SavedChanges))
            .Metric("tandem_changes_rejected_total", "counter", "Local changes that it refused.", Sums(SyncTelemetry.RejectedChanges))
            .Metric("process_resident_memory_bytes", "gauge", "Memory of the server.", [(Environment.WorkingSet, [])])
            .Metric("process_cpu_seconds_total", "counter", "CPU time of the server.", [(CpuSeconds(), [])]);
        return Results.Text(text.ToString(), "text/plain; version=0.0.4");

        IEnumerable<(double Value, (string Name, string? Value)[] Labels)> Each(Func<MappingStatus, long?> read) =>
            mappings.SelectMany(mapping => read(mapping.Status) is { } value
                ? new[] { ((double)value, Labels(mapping.Life, mapping.Status.ObjectName)) }
                : []);

        IEnumerable<(double Value, (string Name, string? Value)[] Labels)> Sums(string counter) =>
            lives.SelectMany(life => api.Fleet.Counters.Of(counter)
                .Where(sum => sum.Schema == life.Connection.Schema)
                .Select(sum => ((double)sum.Sum, Labels(life, sum.ObjectName))));
    }

    private static IEnumerable<(double Value, (string Name, string? Value)[] Labels)> CountCalls(ConnectionLife life) =>
        (life.Host?.Salesforce.CountCalls() ?? new Dictionary<CallPurpose, long>())
            .GroupBy(pair => (pair.Key.ObjectName, Kind: CallKinds.ToText(pair.Key)))
            .Select(group => (
                (double)group.Sum(pair => pair.Value),
                (((string, string?)[])[.. Labels(life, group.Key.ObjectName), ("kind", group.Key.Kind)])));

    private static double CpuSeconds()
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime.TotalSeconds;
    }

    private static (string Name, string? Value) Label(ConnectionLife life) => ("connection", life.Connection.Name);

    private static (string Name, string? Value)[] Labels(ConnectionLife life, string objectName) => [Label(life), ("object", objectName)];
}
