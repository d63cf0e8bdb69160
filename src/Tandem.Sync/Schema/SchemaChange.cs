namespace Tandem.Sync.Schema;

/// <summary>One change of the org's schema as a person sees it.</summary>
public sealed record SchemaChange
{
    public required SchemaChangeKind Kind { get; init; }

    /// <summary>Empty when it is the object's.</summary>
    public string Field { get; init; } = "";

    /// <summary>What changed, and what was done about it or what a person must do.</summary>
    public required string Message { get; init; }

    /// <summary>Nothing is left to do; else it stays open until a later look does not find it any more.</summary>
    public bool IsSettled { get; init; }
}
