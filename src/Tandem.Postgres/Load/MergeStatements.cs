using Tandem.Postgres.Conflicts;
using Tandem.Postgres.Tables;

namespace Tandem.Postgres.Load;

/// <summary>
/// The statements of a merge, generated once for each definition and list of columns. The protocol that runs them is told at
/// <see cref="TableMerger"/>. In all of them <c>t</c> is the table, <c>m</c> an incoming record and <c>l</c> a log entry.
/// </summary>
internal sealed class MergeStatements
{
    /// <summary>
    /// The pairs of hstore's text form, the key in the first or second group. A cast would fail on what users wrote by hand.
    /// </summary>
    internal const string Pairs = """'(?:"((?:[^"\\]|\\.)*)"|([^\s",=]+))\s*=>\s*(?:"(?:[^"\\]|\\.)*"|[^\s",]+)'""";

    private readonly TableDefinition _table;
    private readonly IReadOnlyList<string> _columns;
    private readonly string _staging;
    private readonly string _log;
    private readonly bool _hasStamp;
    private readonly string? _unique;

    public MergeStatements(TableDefinition table, IReadOnlyList<string> columns, ConflictRules? rules = null)
    {
        _table = table;
        _columns = columns;
        _log = PgIdentifier.Qualify(table.Schema, ReservedNames.TriggerLog);
        _hasStamp = columns.Contains(ReservedNames.SystemModstamp, StringComparer.Ordinal);
        _unique = table.UniqueColumn is { } unique && columns.Contains(unique, StringComparer.Ordinal) ? PgIdentifier.Quote(unique) : null;
        var declared = string.Join(", ", columns.Select(Declare));
        var staging = PgIdentifier.Quote($"tandem_merge_{PgIdentifier.Hash($"{table.QualifiedName} {declared}")[..16]}");
        _staging = $"pg_temp.{staging}";
        Prepare = $"create temporary table if not exists {staging} (\"_hc_lastop\" varchar(32), {declared}) on commit delete rows";
        Empty = $"delete from {_staging}";
        Copy = BinaryCopy.Statement(_staging, columns);
        Deduplicate = BuildDeduplicate();
        Lock = BuildLock();
        Adopt = _unique is null ? null : BuildAdopt(_unique);
        Look = $"""
            select {IsAnyQueued()}, current_setting('xmlbinary') = 'hex', (select count(*)::integer from {_staging})
            """;
        IsQueued = BuildIsQueued($"{_staging} m join {_table.QualifiedName} t on t.sfid = m.sfid");
        IsWrittenQueued = BuildIsQueued("unnest($2::integer[]) t(id)");
        Write = BuildWrite();
        UpdateBesideQueue = BuildUpdateBesideQueue();
        Insert = BuildInsert();
        MarkPending = BuildMarkPending();
        Conflicts = ConflictStatements.For(table, _staging, columns, rules);
    }

    public string Staging => _staging;

    /// <summary>Null where no column can be in conflict.</summary>
    public ConflictStatements? Conflicts { get; }

    public string Prepare { get; }

    /// <summary>For a second batch in the same transaction; otherwise the commit emptied the table.</summary>
    public string Empty { get; }

    public string Copy { get; }

    public string Deduplicate { get; }

    public string Lock { get; }

    /// <summary>Null where no unique identifier is known. $1 the table's name. Gives the local ids that got their sfid.</summary>
    public string? Adopt { get; }

    /// <summary>$1 the sfids of records that must not be merged.</summary>
    public string Except => $"delete from {_staging} where sfid = any($1)";

    /// <summary>$1 the table's name. Gives: is a change of one of the matched rows queued.</summary>
    public string IsQueued { get; }

    /// <summary>$1 the table's name, $2 local ids. Gives: is a change of one of these rows queued.</summary>
    public string IsWrittenQueued { get; }

    /// <summary>Gives the local ids of the rows that differed and were written.</summary>
    public string Write { get; }

    /// <summary>$1 the table's name. Gives: is a change of the table queued, is this our session, how many records came.</summary>
    public string Look { get; }

    /// <summary>$1 the table's name. As <see cref="Write"/>, of each row only what no queued change names.</summary>
    public string UpdateBesideQueue { get; }

    /// <summary>$1 the table's name. Of the records that have no row.</summary>
    public string Insert { get; }

    /// <summary>$1 the table's name.</summary>
    public string MarkPending { get; }

    private string Declare(string name) =>
        $"{PgIdentifier.Quote(name)} {_table.Column(name).Type.Sql}{(name is ReservedNames.Sfid ? " not null" : string.Empty)}";

    private string BuildDeduplicate()
    {
        var order = _hasStamp ? "systemmodstamp desc nulls last, ctid desc" : "ctid desc";
        return $"""
            delete from {_staging} where ctid in (
              select d.ctid from (
                select ctid, row_number() over (partition by sfid order by {order}) as place from {_staging}) d
              where d.place > 1)
            """;
    }

    // The order is that of the index: without it the planner may read the whole log, sure to meet a queued entry soon.
    private string IsAnyQueued() => $"""
        (select true from {_log} l where l.table_name = $1 and l.state in ('NEW', 'PENDING') order by l.table_name, l.record_id limit 1)
          is not null
        """;

    // The limit keeps the planner from a join: its statistics know nothing of a queue that comes and goes, and reading all of a long one
    // for each batch would make the work grow with its square.
    private string BuildIsQueued(string rows) => $"""
        select case when {IsAnyQueued()} then exists (
          select from {rows}
          where (
            select true from {_log} l
            where l.table_name = $1 and l.record_id = t.id and l.state in ('NEW', 'PENDING')
            limit 1))
        else false end
        """;

    private string BuildLock()
    {
        var bySfid = $"select t.id from {_staging} m join {_table.QualifiedName} t on t.sfid = m.sfid";
        var matched = _unique is null
            ? bySfid
            : $"{bySfid} union all select t.id from {_staging} m join {_table.QualifiedName} t on t.{_unique} = m.{_unique} "
              + "where t.sfid is null";
        return $"""
            with locked as materialized (
              select t.id from {_table.QualifiedName} t where t.id in ({matched}) order by t.id for update of t)
            select count(*) from locked
            """;
    }

    // A row that has taken the identifier of one whose deletion is queued becomes a record of its own when its insert is sent.
    private string BuildAdopt(string unique) => $"""
        with {Lost()},
        fitting as materialized (
          select t.id, m.sfid, m.{unique} from {_staging} m
          join {_table.QualifiedName} t on t.{unique} = m.{unique}
          where t.sfid is null and not exists (select from {_table.QualifiedName} o where o.sfid = m.sfid))
        update {_table.QualifiedName} t set sfid = m.sfid from fitting m
        where t.id = m.id and t.sfid is null{IsNotBeingDeleted()}
        returning t.id
        """;

    // Inserts that may have been carried out, of rows that are gone: until they are settled, nobody knows whose deletion is queued.
    private string Lost() => $"""
        lost as materialized (
          select l."values" from {_log} l
          where l.table_name = $1 and l.state = 'PENDING' and l.action = 'INSERT' and l.sfid is null
            and not exists (select from {_table.QualifiedName} t where t.id = l.record_id))
        """;

    // The deletes are hashed when the first record comes here, mostly none; a join would read the queue for each.
    private string IsNotBeingDeleted()
    {
        var bySfid = $"""

              and m.sfid not in (
                select l.sfid from {_log} l
                where l.table_name = $1 and l.state in ('NEW', 'PENDING') and l.action = 'DELETE' and l.sfid is not null)
            """;
        return _unique is null
            ? bySfid
            : bySfid + $"""

                  and not exists (
                    select from lost
                    where strpos(lost."values", {PgIdentifier.Literal($"\"{_table.UniqueColumn}\"=>\"")}
                      || replace(replace(m.{_unique}::text, '\', '\\'), '"', '\"') || '"') > 0)
                """;
    }

    private string BuildWrite()
    {
        var names = DataColumns().ToList();
        var differs = names.Select(name => $"t.{name} is distinct from m.{name}")
            .Append("t._hc_lastop is distinct from 'SYNCED'")
            .Append("t._hc_err is not null");
        var set = names.Select(name => $"{name} = m.{name}").Append("_hc_lastop = m._hc_lastop").Append("_hc_err = null");
        return $"""
            update {_table.QualifiedName} t set {string.Join(", ", set)}
              from (select * from {_staging} order by sfid) m
              where t.sfid = m.sfid{IsNotOlder("t")}
                and ({string.Join(" or ", differs)})
              returning t.id
            """;
    }

    private string BuildUpdateBesideQueue()
    {
        var names = DataColumns(out var keys);
        var set = names.Select((name, at) => $"{name} = case when {keys[at]} = any(q.keys) then s.{name} else m.{name} end")
            .Append("_hc_lastop = m._hc_lastop")
            .Append("_hc_err = null");
        var differs = names
            .Select((name, at) => $"(({keys[at]} = any(q.keys)) is not true and s.{name} is distinct from m.{name})")
            .Append("(q.record_id is null and (s._hc_lastop is distinct from 'SYNCED' or s._hc_err is not null))");
        return $"""
            with queued as materialized (
              select l.record_id, bool_or(l."values" is null) as is_whole,
                array_agg(distinct k.key) filter (where k.key is not null) as keys
              from {_log} l
              left join lateral (
                select coalesce(p.pair[1], p.pair[2])
                from regexp_matches(l."values", {Pairs}, 'g') as p(pair)) as k(key) on true
              where l.table_name = $1 and l.state in ('NEW', 'PENDING') and l.action <> 'DELETE'
                and l.record_id in (select t.id from {_staging} m join {_table.QualifiedName} t on t.sfid = m.sfid)
              group by l.record_id)
            update {_table.QualifiedName} t set {string.Join(", ", set)}
              from (select * from {_staging} order by sfid) m
              join {_table.QualifiedName} s on s.sfid = m.sfid
              left join queued q on q.record_id = s.id
              where t.id = s.id and q.is_whole is not true{IsNotOlder("s")}
                and ({string.Join(" or ", differs)})
              returning t.id
            """;
    }

    // Not "on conflict do update": it draws an id from the 32-bit sequence for each row that is only updated.
    private string BuildInsert()
    {
        var names = string.Join(", ", _columns.Select(PgIdentifier.Quote).Append("_hc_lastop"));
        return $"""
            {(_unique is null ? string.Empty : $"with {Lost()} ")}insert into {_table.QualifiedName} ({names})
            select {names} from {_staging} m
            where not exists (select from {_table.QualifiedName} t where t.sfid = m.sfid){IsNotBeingDeleted()}
            order by m.sfid
            on conflict (sfid) do nothing
            """;
    }

    // The status trigger turns an update of ours that leaves _hc_lastop alone into SYNCED, hence the second statement.
    // Begins with the queued rows, because statistics from before the merge say that hardly any row has another status than PENDING.
    private string BuildMarkPending() => $"""
        with queued as materialized (
          select distinct l.record_id from {_log} l
          where l.table_name = $1 and l.state in ('NEW', 'PENDING') and l.action <> 'DELETE'
            and l.record_id in (select t.id from {_staging} m join {_table.QualifiedName} t on t.sfid = m.sfid))
        update {_table.QualifiedName} t set _hc_lastop = 'PENDING'
        from queued q
        where t.id = q.record_id and t._hc_lastop is distinct from 'PENDING'
        """;

    private string IsNotOlder(string row) => _hasStamp
        ? $"\n    and (m.systemmodstamp >= {row}.systemmodstamp) is not false"
        : string.Empty;

    private List<string> DataColumns() => DataColumns(out _);

    private List<string> DataColumns(out List<string> keys)
    {
        var data = _columns.Where(name => name is not ReservedNames.Sfid).ToList();
        keys = data.ConvertAll(PgIdentifier.Literal);
        return data.ConvertAll(PgIdentifier.Quote);
    }
}
