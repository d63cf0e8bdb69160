namespace Tandem.Sync.Schema;

/// <summary>What changed in the org's schema, or keeps a table from following it. Stored in <c>tandem.schema_change</c>.</summary>
public enum SchemaChangeKind
{
    /// <summary>The org no longer has the object, or the integration user may no longer see it.</summary>
    ObjectGone,

    /// <summary>A mapping of all fields has one more.</summary>
    FieldAdded,

    /// <summary>The org no longer has a mapped field, or the integration user may no longer see it.</summary>
    FieldLost,

    /// <summary>A mapped field has another type, which its column cannot hold.</summary>
    FieldRetyped,

    /// <summary>A mapped field takes longer values, and so does its column now.</summary>
    FieldWidened,

    /// <summary>A mapped field takes longer values, but something of the user's keeps its column from following.</summary>
    ColumnBlocked,
}
