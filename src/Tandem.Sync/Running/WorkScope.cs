namespace Tandem.Sync.Running;

/// <summary>
/// What a piece of work is for. Begun as a log scope, so that every entry that is written meanwhile belongs to its connection and its
/// mapping, whoever writes it.
/// </summary>
public sealed record WorkScope(Guid ConnectionId, string ConnectionName)
{
    /// <summary>The one mapping that the work is for; null where it is for all of a connection.</summary>
    public LiveMapping? Mapping { get; init; }

    /// <summary>Those that an entry may name by its field ObjectName; null before they are known.</summary>
    public LiveMappings? Mappings { get; init; }

    /// <summary>Tells where the connection stands; null where the work does not know.</summary>
    public Func<string>? ReadState { get; init; }

    public override string ToString() => Mapping is null ? ConnectionName : $"{ConnectionName}/{Mapping.Mapped.Name}";
}
