using Tandem.Postgres.Tables;

namespace Tandem.Postgres.Load;

/// <summary>
/// The statements of a fill besides those that it shares with a merge. In all of them <c>t</c> is the table, <c>m</c> an incoming
/// record and <c>l</c> a log entry. The protocol that runs them is told at <see cref="TableFiller"/>.
/// </summary>
internal sealed class FillStatements
{
    public FillStatements(TableDefinition table, IReadOnlyList<string> columns)
    {
        Shared = new MergeStatements(table, columns);
        var log = PgIdentifier.Qualify(table.Schema, ReservedNames.TriggerLog);
        var filled = columns.Where(name => name is not (ReservedNames.Sfid or ReservedNames.SystemModstamp)).ToList();
        var isNotOlder = columns.Contains(ReservedNames.SystemModstamp, StringComparer.Ordinal)
            ? "\n    and (m.systemmodstamp >= t.systemmodstamp) is not false"
            : string.Empty;
        var set = filled.Select(name =>
            $"{PgIdentifier.Quote(name)} = case when {PgIdentifier.Literal(name)} = any(w.keys) then w.{PgIdentifier.Quote(name)} "
            + $"else w.new_{filled.IndexOf(name)} end");
        var incoming = filled.Select((name, at) => $"t.{PgIdentifier.Quote(name)}, m.{PgIdentifier.Quote(name)} as new_{at}");
        var differs = filled.Select((name, at) =>
            $"(({PgIdentifier.Literal(name)} = any(w.keys)) is not true and w.{PgIdentifier.Quote(name)} is distinct from w.new_{at})");
        ReadStates = $"""
            select t.id, t._hc_lastop, t._hc_err from {table.QualifiedName} t
            where t.sfid in (select m.sfid from {Shared.Staging} m)
              and t._hc_lastop is not null and (t._hc_lastop <> 'SYNCED' or t._hc_err is not null)
            """;
        Fill = $"""
            with queued as materialized (
              select l.record_id, bool_or(l.action = 'INSERT') as is_insert,
                array_agg(distinct k.key) filter (where k.key is not null) as keys
              from {log} l
              left join lateral (
                select coalesce(p.pair[1], p.pair[2])
                from regexp_matches(
                  case when l.action = 'UPDATE' then l."values" end, {MergeStatements.Pairs}, 'g') as p(pair)) as k(key) on true
              where l.table_name = $1 and l.state in ('NEW', 'PENDING') and l.action <> 'DELETE'
                and l.record_id in (select t.id from {Shared.Staging} m join {table.QualifiedName} t on t.sfid = m.sfid)
              group by l.record_id)
            update {table.QualifiedName} u set {string.Join(", ", set)}
            from (
              select t.id, q.keys, {string.Join(", ", incoming)}
              from {Shared.Staging} m
              join {table.QualifiedName} t on t.sfid = m.sfid
              left join queued q on q.record_id = t.id
              where q.is_insert is not true{isNotOlder}) w
            where u.id = w.id and ({string.Join(" or ", differs)})
            """;
        RestoreStates = $"""
            update {table.QualifiedName} t set _hc_lastop = o.lastop, _hc_err = o.err
            from unnest($1, $2, $3) as o(id, lastop, err)
            where t.id = o.id and (t._hc_lastop is distinct from o.lastop or t._hc_err is distinct from o.err)
            """;
    }

    public MergeStatements Shared { get; }

    /// <summary>Gives id, _hc_lastop and _hc_err of the rows that a change of ours would mark as SYNCED.</summary>
    public string ReadStates { get; }

    /// <summary>$1 the table's name.</summary>
    public string Fill { get; }

    /// <summary>$1 ids, $2 their _hc_lastop, $3 their _hc_err.</summary>
    public string RestoreStates { get; }
}
