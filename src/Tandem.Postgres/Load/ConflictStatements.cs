using Tandem.Postgres.Conflicts;
using Tandem.Postgres.Tables;

namespace Tandem.Postgres.Load;

/// <summary>
/// The statement by which a merge finds what may be in conflict, generated once for each definition and list of columns. <c>t</c> is the
/// table, <c>m</c> an incoming record and <c>l</c> a log entry.
/// </summary>
internal sealed class ConflictStatements
{
    private ConflictStatements(TableDefinition table, string staging, IReadOnlyList<string> columns, IReadOnlyList<string> ruled)
    {
        Columns = ruled;
        var log = PgIdentifier.Qualify(table.Schema, ReservedNames.TriggerLog);
        var differs = ruled.Select(PgIdentifier.Quote).Select(name => $"m.{name} is distinct from t.{name}");
        var isNotOlder = columns.Contains(ReservedNames.SystemModstamp, StringComparer.Ordinal)
            ? " and (m.systemmodstamp >= t.systemmodstamp) is not false"
            : string.Empty;

        // The subquery's order makes it the inner side of a loop over the rows: joined otherwise a long queue would be read to its end.
        Find = $"""
            select t.id, t.sfid, {Stamp(table, columns)}, clock_timestamp(),
              array[{string.Join(", ", ruled.Select(name => Text("m", table.Column(name))))}]::text[],
              array[{string.Join(", ", ruled.Select(name => Text("t", table.Column(name))))}]::text[],
              l.id, l.state, l.action, l."values", l.old, l.created_at
            from {staging} m
            join {table.QualifiedName} t on t.sfid = m.sfid
            cross join lateral (
              select e.id, e.state, e.action, e."values", e.old, e.created_at
              from {log} e
              where e.table_name = $1 and e.record_id = t.id and e.state in ('NEW', 'PENDING') and e.action <> 'DELETE'
              order by e.id) l
            where ({string.Join(" or ", differs)}){isNotOlder}
            """;
    }

    /// <summary>The columns that have a rule, in the order of the values.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>
    /// $1 the table's name. Gives, for each row that differs, its queued entries in the order of capture and one after the other: local
    /// id, sfid, stamp, the database's time, incoming values, present values; and of the entry id, state, action, values, old, time.
    /// </summary>
    public string Find { get; }

    /// <summary>Null where none of the columns has a rule.</summary>
    public static ConflictStatements? For(TableDefinition table, string staging, IReadOnlyList<string> columns, ConflictRules? rules)
    {
        var ruled = columns.Where(name => rules is not null && rules.Columns.ContainsKey(name)).ToList();
        return ruled.Count == 0 ? null : new ConflictStatements(table, staging, columns, ruled);
    }

    /// <summary>An object without SystemModstamp may tell at least when a person changed it last.</summary>
    private static string Stamp(TableDefinition table, IReadOnlyList<string> columns)
    {
        var name = new[] { ReservedNames.SystemModstamp, "lastmodifieddate" }
            .FirstOrDefault(name => columns.Contains(name, StringComparer.Ordinal));
        if (name is null)
        {
            return "null::timestamp";
        }

        return table.Column(name).Type.Kind is ColumnKind.TimestampTz ? $"m.{name} at time zone 'UTC'" : $"m.{name}::timestamp";
    }

    // As the log has them: the output form, and of a boolean one letter.
    private static string Text(string row, ColumnDefinition column)
    {
        var name = $"{row}.{PgIdentifier.Quote(column.Name)}::text";
        return column.Type.Kind is ColumnKind.Boolean ? $"left({name}, 1)" : name;
    }
}
