using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Tandem.Sync.Telemetry;

namespace Tandem.Server.Telemetry;

/// <summary>Adds up the sync's counters since the start of the program, for whoever scrapes them in place of being sent them.</summary>
internal sealed class CounterSums : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<CounterKey, long> _sums = new();

    public CounterSums()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == SyncTelemetry.SourceName)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, count, tags, _) => Add(instrument.Name, count, tags));
        _listener.Start();
    }

    /// <summary>The sums of one counter, by schema and object.</summary>
    public IEnumerable<(string Schema, string ObjectName, long Sum)> Of(string counter) => _sums
        .Where(pair => pair.Key.Counter == counter)
        .Select(pair => (pair.Key.Schema, pair.Key.ObjectName, pair.Value));

    public void Dispose() => _listener.Dispose();

    private void Add(string counter, long count, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var (schema, objectName) = ("", "");
        foreach (var (name, value) in tags)
        {
            if (name == SyncTelemetry.SchemaTag)
                schema = value as string ?? "";
            else if (name == SyncTelemetry.ObjectTag)
                objectName = value as string ?? "";
        }

        _sums.AddOrUpdate(
            new CounterKey(counter, schema, objectName), static (_, add) => add, static (_, sum, add) => sum + add, count);
    }

    private readonly record struct CounterKey(string Counter, string Schema, string ObjectName);
}
