using System.Threading.Channels;
using Tandem.Sync.Catalog;
using Tandem.Sync.Running.Allowance;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Running;

/// <summary>The mappings of a shift, and the signals that one of them has become ready to push and has its table in shape.</summary>
public sealed class LiveMappings : IDisposable
{
    private readonly Channel<bool> _pushable = NewSignal();
    private readonly Channel<bool> _shaped = NewSignal();
    private readonly Dictionary<string, LiveMapping> _byTable;

    public LiveMappings(string schema, IEnumerable<MappedObject> objects)
        : this(schema, objects.Select(mapped => (mapped.Mapping, mapped)))
    {
    }

    /// <param name="objects">Each mapping as it was asked for, and the model that the org lets be made of it.</param>
    public LiveMappings(string schema, IEnumerable<(Mapping Asked, MappedObject Mapped)> objects)
    {
        Schema = schema;
        All = [.. objects.Select(pair => new LiveMapping(pair.Asked, pair.Mapped, Signal))];
        _byTable = All.ToDictionary(mapping => mapping.Mapped.Table.Name, StringComparer.Ordinal);
    }

    public string Schema { get; }

    /// <summary>What limits the API calls of all of them; null where nothing does.</summary>
    public CallBudget? Budget { get; private set; }

    public IReadOnlyList<LiveMapping> All { get; }

    /// <summary>The present models; a batch of changes takes them once.</summary>
    public IReadOnlyDictionary<string, MappedObject> ObjectsByTable =>
        _byTable.ToDictionary(pair => pair.Key, pair => pair.Value.Mapped, StringComparer.Ordinal);

    /// <summary>The tables whose changes may go out now.</summary>
    public IReadOnlyList<string> PushableTables => [.. _byTable.Where(pair => pair.Value.IsPushable).Select(pair => pair.Key)];

    /// <summary>Those of them whose mapping takes new changes; a read_only one only ends what was captured before it became that.</summary>
    public IReadOnlyList<string> WritableTables =>
    [
        .. _byTable.Where(pair => pair.Value is { IsPushable: true, Asked.Access: MappingAccess.ReadWrite }).Select(pair => pair.Key),
    ];

    public void KeepTo(CallBudget budget)
    {
        Budget = budget;
        foreach (var mapping in All)
            mapping.Budget = budget;
    }

    public LiveMapping Of(MappedObject mapped) => _byTable[mapped.Table.Name];

    /// <summary>Takes over the ids that the catalogue gave.</summary>
    public void NoteStored(IReadOnlyList<Mapping> stored)
    {
        var ids = stored.ToDictionary(mapping => mapping.ObjectName, mapping => mapping.Id, StringComparer.OrdinalIgnoreCase);
        foreach (var mapping in All)
        {
            if (ids.TryGetValue(mapping.Mapped.Name, out var id))
                mapping.NoteStored(id);
        }
    }

    /// <summary>Until a mapping has become pushable since the last call.</summary>
    public async Task WaitForPushableAsync(CancellationToken cancellationToken) => await _pushable.Reader.ReadAsync(cancellationToken);

    /// <summary>Until a table was loaded or has another model, or a person has mended something, since the last call.</summary>
    public async Task WaitForShapedAsync(CancellationToken cancellationToken) => await _shaped.Reader.ReadAsync(cancellationToken);

    public void Dispose()
    {
        foreach (var mapping in All)
            mapping.Dispose();
    }

    private static Channel<bool> NewSignal() => Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private void Signal()
    {
        _pushable.Writer.TryWrite(true);
        _shaped.Writer.TryWrite(true);
    }
}
