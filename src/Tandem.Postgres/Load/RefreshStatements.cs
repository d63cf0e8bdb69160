using Tandem.Postgres.Tables;

namespace Tandem.Postgres.Load;

/// <summary>
/// The statements of <see cref="ColumnRefresher"/>, generated once for each definition and list of columns. In all of them <c>t</c> is the
/// table and <c>m</c> an incoming record.
/// </summary>
internal sealed class RefreshStatements
{
    private readonly TableDefinition _table;
    private readonly IReadOnlyList<string> _columns;
    private readonly string _staging;

    public RefreshStatements(TableDefinition table, IReadOnlyList<string> columns)
    {
        _table = table;
        _columns = columns;
        var declared = string.Join(", ", columns.Select(name => $"{PgIdentifier.Quote(name)} {table.Column(name).Type.Sql}"));
        var staging = PgIdentifier.Quote($"tandem_refresh_{PgIdentifier.Hash($"{table.QualifiedName} {declared}")[..16]}");
        _staging = $"pg_temp.{staging}";
        Prepare = $"create temporary table if not exists {staging} "
            + $"(\"_hc_lastop\" varchar(32), \"_hc_err\" text, {declared}) on commit delete rows";
        Empty = $"delete from {_staging}";
        Copy = BinaryCopy.Statement(_staging, columns);
        Lock = $"""
            with locked as materialized (
              select t.id from {table.QualifiedName} t where t.sfid in (select m.sfid from {_staging} m) order by t.id for update of t)
            select current_setting('xmlbinary') = 'hex' from (select count(*) from locked) l
            """;
        KeepStatus = $"""
            update {_staging} m set _hc_lastop = t._hc_lastop, _hc_err = t._hc_err from {table.QualifiedName} t
            where t.sfid = m.sfid and (t._hc_lastop is distinct from 'SYNCED' or t._hc_err is not null)
            """;
        Update = BuildUpdate();
        RestoreStatus = $"""
            update {table.QualifiedName} t set _hc_lastop = m._hc_lastop, _hc_err = m._hc_err from {_staging} m
            where t.sfid = m.sfid and t.systemmodstamp = m.systemmodstamp
              and (m._hc_lastop is distinct from 'SYNCED' or m._hc_err is not null)
              and t._hc_lastop is distinct from m._hc_lastop
            """;
    }

    public string Prepare { get; }

    /// <summary>For a second batch in the same transaction; otherwise the commit emptied the table.</summary>
    public string Empty { get; }

    public string Copy { get; }

    /// <summary>Gives: is this our session.</summary>
    public string Lock { get; }

    /// <summary>Notes the state of rows that wait or failed: the status trigger makes every row that we touch a synced one.</summary>
    public string KeepStatus { get; }

    public string Update { get; }

    public string RestoreStatus { get; }

    private string BuildUpdate()
    {
        var written = _columns.Where(name => name is not (ReservedNames.Sfid or ReservedNames.SystemModstamp));
        var names = written.Select(PgIdentifier.Quote).ToList();
        var set = names.Select(name => $"{name} = m.{name}").Append("_hc_lastop = 'SYNCED'").Append("_hc_err = null");
        var differs = names.Select(name => $"t.{name} is distinct from m.{name}");
        return $"""
            update {_table.QualifiedName} t set {string.Join(", ", set)} from {_staging} m
            where t.sfid = m.sfid and t.systemmodstamp = m.systemmodstamp
              and ({string.Join(" or ", differs)})
            """;
    }
}
