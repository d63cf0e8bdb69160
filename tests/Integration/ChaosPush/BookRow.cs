namespace Tandem.Tests.Integration.ChaosPush;

/// <summary>A row as its writers know it: every state they gave it, and who holds it now.</summary>
internal sealed class BookRow(ChaosTable table, int id, string? key)
{
    public ChaosTable Table { get; } = table;

    /// <summary>The local id.</summary>
    public int Id { get; } = id;

    /// <summary>The external id, which is never changed.</summary>
    public string? Key { get; } = key;

    /// <summary>In the order of the changes; at rest all of them are committed.</summary>
    public List<RowVersion> Versions { get; } = [];

    /// <summary>The writer whose open transaction has changed the row.</summary>
    public AppSession? Holder { get; set; }

    /// <summary>Some row named it as its parent, committed or not.</summary>
    public bool WasParent { get; set; }

    /// <summary>The same by its local id.</summary>
    public bool WasLocalParent { get; set; }

    public RowVersion Last => Versions[^1];

    public bool IsLive => !Last.IsDelete;

    /// <summary>One of its changes holds a value that the org refuses; writers leave it alone after that.</summary>
    public bool IsRefused => Versions.Exists(version => version.IsRefused);

    public override string ToString() => FormattableString.Invariant($"row {Id} of {Table.Name}");
}
