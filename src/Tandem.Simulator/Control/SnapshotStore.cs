using System.Collections.Concurrent;
using Tandem.Simulator.Data;

namespace Tandem.Simulator.Control;

/// <summary>
/// Named states of the org in memory: objects, records, the recycle bin, access. Sessions, jobs, events and the clock are no part of
/// them, and restoring one tells no subscriber. Tests and the control plane use it.
/// </summary>
public sealed class SnapshotStore(Org org, SchemaEditor schema)
{
    private readonly ConcurrentDictionary<string, OrgImage> _images = new(StringComparer.Ordinal);

    public IReadOnlyList<SnapshotEntry> List() => [.. _images.Select(pair => new SnapshotEntry
    {
        Name = pair.Key,
        TakenAt = pair.Value.TakenAt,
        Rows = pair.Value.Tables.Sum(table => table.Rows.Count),
    }).OrderBy(entry => entry.TakenAt).ThenBy(entry => entry.Name, StringComparer.Ordinal)];

    /// <summary>Takes a snapshot; one of the same name is forgotten.</summary>
    public async Task TakeAsync(string name, CancellationToken cancellationToken) =>
        _images[name] = await OrgImage.TakeAsync(org, schema, cancellationToken);

    /// <exception cref="ControlException">There is no snapshot of the name.</exception>
    public Task RestoreAsync(string name, CancellationToken cancellationToken) => _images.TryGetValue(name, out var image)
        ? image.RestoreAsync(org, schema, cancellationToken) : throw ControlException.Missing("snapshot", name);

    /// <summary>False when there is no such snapshot.</summary>
    public bool Remove(string name) => _images.TryRemove(name, out _);
}
