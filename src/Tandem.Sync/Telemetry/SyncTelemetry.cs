using System.Diagnostics;
using System.Diagnostics.Metrics;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Telemetry;

/// <summary>
/// The spans and counters of the sync, by the runtime's own means: whoever wants them listens by <see cref="SourceName"/>, and while
/// nobody does they cost nothing. They name schemas and objects, and no record.
/// </summary>
public static class SyncTelemetry
{
    /// <summary>Of the spans and of the counters.</summary>
    public const string SourceName = "Tandem.Sync";

    public const string LoadSpan = "load";
    public const string PollSpan = "poll";
    public const string MergeSpan = "merge";
    public const string PushSpan = "push";

    public const string LoadedRows = "tandem.rows.loaded";
    public const string ChangedRows = "tandem.rows.changed";
    public const string SavedChanges = "tandem.changes.saved";
    public const string RejectedChanges = "tandem.changes.rejected";

    public const string SchemaTag = "tandem.schema";
    public const string ObjectTag = "tandem.object";

    private static readonly ActivitySource Source = new(SourceName);
    private static readonly Meter Meter = new(SourceName);

    private static readonly Counter<long> Loaded = Meter.CreateCounter<long>(
        LoadedRows, "{row}", "Rows that initial loads brought.");

    private static readonly Counter<long> Changed = Meter.CreateCounter<long>(
        ChangedRows, "{row}", "Rows that polls wrote or deleted.");

    private static readonly Counter<long> Saved = Meter.CreateCounter<long>(
        SavedChanges, "{change}", "Local changes that Salesforce took.");

    private static readonly Counter<long> Rejected = Meter.CreateCounter<long>(
        RejectedChanges, "{change}", "Local changes that Salesforce refused.");

    /// <summary>Does the work within a span of its own, which tells of a failure by its type alone.</summary>
    public static async Task<T> TraceAsync<T>(string span, MappedObject mapped, Func<Task<T>> work)
    {
        using var activity = Source.StartActivity(span);
        if (activity is null)
            return await work();
        activity.SetTag(SchemaTag, mapped.Table.Schema).SetTag(ObjectTag, mapped.Name);
        try
        {
            return await work();
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            activity.SetStatus(ActivityStatusCode.Error, exception.GetType().Name);
            throw;
        }
    }

    public static void CountLoaded(MappedObject mapped, long rows) => Loaded.Add(rows, Tags(mapped));

    public static void CountChanged(MappedObject mapped, long rows) => Changed.Add(rows, Tags(mapped));

    public static void CountPushed(MappedObject mapped, long saved, long rejected)
    {
        Saved.Add(saved, Tags(mapped));
        Rejected.Add(rejected, Tags(mapped));
    }

    private static TagList Tags(MappedObject mapped) => new() { { SchemaTag, mapped.Table.Schema }, { ObjectTag, mapped.Name } };
}
