using Tandem.Salesforce.Soql;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Pull;

/// <summary>
/// The SOQL of polls, delete passes and reconciliations. The window has no upper end: what is stamped while the query runs belongs to
/// the next poll as well, which reads it again and writes nothing.
/// </summary>
internal static class ChangeQuery
{
    /// <summary>Of the cursor field and later; null takes all.</summary>
    public static string? Since(MappedObject mapped, DateTime? from) =>
        from is { } start ? $"{mapped.CursorField} >= {Literal(start)}" : null;

    /// <summary>All mapped fields in keyset order.</summary>
    public static string Ordered(MappedObject mapped, string? condition) =>
        $"{mapped.Select(condition)} ORDER BY {mapped.CursorField}, Id";

    /// <summary>What comes behind a row in keyset order.</summary>
    public static string Behind(MappedObject mapped, DateTime stamp, string id)
    {
        var (field, at) = (mapped.CursorField, Literal(stamp));
        return $"({field} = {at} AND Id > {SoqlText.Literal(id)}) OR {field} > {at}";
    }

    /// <summary>Id and stamp of all changed records, the mapping's filter left out; for a mapping that has one.</summary>
    public static string UnfilteredIds(MappedObject mapped, string? condition) =>
        $"SELECT Id,{mapped.CursorField} FROM {mapped.Name}{(condition is null ? "" : $" WHERE {condition}")}";

    /// <summary>
    /// The ids that should be in the table, behind one of them, in their order; for queryAll, which alone shows archived records.
    /// </summary>
    public static string LiveIds(MappedObject mapped, string after)
    {
        var behind = after.Length == 0 ? null : $"Id > {SoqlText.Literal(after)}";
        return $"{mapped.Select("Id", And(NotDeleted(mapped), behind))} ORDER BY Id";
    }

    /// <summary>Which of these ids should be in the table; for queryAll.</summary>
    public static string LiveAmong(MappedObject mapped, IEnumerable<string> ids, string selectList) =>
        mapped.Select(selectList, And(NotDeleted(mapped), $"Id IN ({string.Join(',', ids.Select(SoqlText.Literal))})"));

    private static string? NotDeleted(MappedObject mapped) => mapped.HasRecycleBin ? "IsDeleted = false" : null;

    private static string? And(string? one, string? other) => one is null ? other : other is null ? one : $"{one} AND {other}";

    private static string Literal(DateTime stamp) => SoqlText.DateTime(new DateTimeOffset(DateTime.SpecifyKind(stamp, DateTimeKind.Utc)));
}
