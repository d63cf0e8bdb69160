namespace Tandem.Postgres.Adopt;

/// <summary>A table or view of a schema that somebody else made, as the system catalogue describes it.</summary>
public sealed record FoundTable
{
    public required string Name { get; init; }

    /// <summary>False for a view and the like.</summary>
    public required bool IsTable { get; init; }

    /// <summary>The role of this session may alter it.</summary>
    public required bool IsOurs { get; init; }

    public required string Owner { get; init; }

    public required IReadOnlyList<FoundColumn> Columns { get; init; }

    public required IReadOnlyList<FoundIndex> Indexes { get; init; }

    public required IReadOnlyList<FoundTrigger> Triggers { get; init; }

    public required IReadOnlyList<string> ForeignKeys { get; init; }

    public required IReadOnlyList<string> Views { get; init; }

    public FoundColumn? FindColumn(string name) => Columns.FirstOrDefault(column => column.Name == name);

    /// <summary>The index of this column alone, valid for every row; the unique one where there are several.</summary>
    public FoundIndex? FindIndex(string column) => Indexes
        .Where(index => index.Serves && index.Columns is [var only] && only == column)
        .OrderByDescending(index => index.IsUnique)
        .FirstOrDefault();
}
