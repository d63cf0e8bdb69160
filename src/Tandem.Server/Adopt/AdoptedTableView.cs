using Tandem.Sync.Adopt;
using Tandem.Sync.Catalog;

namespace Tandem.Server.Adopt;

/// <summary>What an adoption does with one table, as it is told. The lists hold one sentence or name each.</summary>
public sealed record AdoptedTableView
{
    public required string ObjectName { get; init; }

    public required string Table { get; init; }

    public required AdoptionAction Action { get; init; }

    /// <summary>As a mapping file spells it; null while the table cannot be understood.</summary>
    public required string? Access { get; init; }

    public required string? UpsertField { get; init; }

    /// <summary>Null where the rows were not counted.</summary>
    public required long? Rows { get; init; }

    /// <summary>Those with an sfid.</summary>
    public required long? Records { get; init; }

    /// <summary>Null when the org was not asked.</summary>
    public required int? SalesforceRecords { get; init; }

    /// <summary>From where reading goes on, in UTC; null when the table is loaded instead.</summary>
    public required DateTime? Cursor { get; init; }

    public required long Queued { get; init; }

    /// <summary>Changes that were perhaps sent.</summary>
    public required long UnderWay { get; init; }

    public required long Failed { get; init; }

    public required IReadOnlyList<string> Kept { get; init; }

    public required IReadOnlyList<string> Replaced { get; init; }

    public required IReadOnlyList<string> Added { get; init; }

    public required IReadOnlyList<string> Notes { get; init; }

    public required IReadOnlyList<string> Problems { get; init; }

    public static AdoptedTableView Of(TableAdoption table) => new()
    {
        ObjectName = table.ObjectName,
        Table = table.Table,
        Action = table.Action,
        Access = table.Mapping is { } mapping ? mapping.Access == MappingAccess.ReadWrite ? "read_write" : "read_only" : null,
        UpsertField = table.Mapping?.UpsertField,
        Rows = table.Contents?.Rows,
        Records = table.Contents?.Records,
        SalesforceRecords = table.SalesforceRecords,
        Cursor = table.Cursor,
        Queued = table.Queued,
        UnderWay = table.UnderWay,
        Failed = table.Failed,
        Kept = table.Kept,
        Replaced = table.Replaced,
        Added = table.Added,
        Notes = table.Notes,
        Problems = table.Problems,
    };
}
