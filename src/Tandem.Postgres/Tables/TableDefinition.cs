namespace Tandem.Postgres.Tables;

/// <summary>
/// What a synced table is made of. <see cref="Columns"/> are the data columns, <c>sfid</c> among them; <c>id</c> and the
/// <c>_hc_</c> columns belong to every table and are not listed.
/// </summary>
public sealed record TableDefinition
{
    public required string Schema { get; init; }

    public required string Name { get; init; }

    public required IReadOnlyList<ColumnDefinition> Columns { get; init; }

    /// <summary>All indexes besides the primary key: the unique one on sfid and the one on systemmodstamp are listed too.</summary>
    public IReadOnlyList<IndexDefinition> Indexes { get; init; } = [];

    /// <summary>The column of the unique identifier by which records are matched before their sfid is known.</summary>
    public string? UniqueColumn { get; init; }

    public CaptureMode Capture { get; init; } = CaptureMode.ReadOnly;

    internal string QualifiedName => PgIdentifier.Qualify(Schema, Name);

    internal ColumnDefinition Column(string name) =>
        Columns.FirstOrDefault(column => string.Equals(column.Name, name, StringComparison.Ordinal))
        ?? throw new ArgumentException($"The table {Schema}.{Name} has no column \"{name}\".", nameof(name));

    internal bool Has(string name) => Columns.Any(column => string.Equals(column.Name, name, StringComparison.Ordinal));
}
