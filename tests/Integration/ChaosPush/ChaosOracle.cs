using System.Globalization;
using Tandem.Simulator.Control;
using Tandem.Simulator.Data;
using Tandem.Sync.Catalog;
using Record = Tandem.Simulator.Data.Record;

namespace Tandem.Tests.Integration.ChaosPush;

/// <summary>
/// What must hold at rest: the org has what the writers committed, the tables have what the org has, nothing was ever made twice, no
/// record ever saw its changes in another order, and the log tells an end of each change. It asks the writers' book, the org's memory and
/// the org's journal of writes, and shares no query and no encoder with the program.
/// </summary>
internal sealed class ChaosOracle
{
    private const int MostLines = 15;

    private readonly ChaosPlan _plan;
    private readonly ChaosWorld _world;
    private readonly List<string> _broken = [];
    private readonly Dictionary<string, Dictionary<int, Dictionary<string, string?>>> _tables = new(StringComparer.Ordinal);
    private readonly IReadOnlyList<LogEntry> _log;
    private readonly Dictionary<(string Table, int Id), BookRow> _book;

    /// <summary>By record: the row that it was made for.</summary>
    private readonly Dictionary<string, BookRow> _rowOf = new(StringComparer.Ordinal);

    private readonly Dictionary<BookRow, string> _sfidOf = [];

    public ChaosOracle(ChaosPlan plan, ChaosWorld world)
    {
        _plan = plan;
        _world = world;
        _book = world.Book.Rows.ToDictionary(row => (row.Table.Name, row.Id));
        foreach (var table in ChaosTable.All)
        {
            _tables[table.Name] = Read($"select * from salesforce.{table.Name}")
                .ToDictionary(row => int.Parse(row["id"] ?? "", CultureInfo.InvariantCulture));
        }

        const string Columns = "id, table_name, record_id, sfid, action, state, sf_message";
        _log = [.. Read($"select {Columns} from salesforce._trigger_log union all select {Columns} from salesforce._trigger_log_archive")
            .Select(LogEntry.Of)];
    }

    public IReadOnlyList<string> FindBroken()
    {
        Pair();
        foreach (var table in ChaosTable.All)
        {
            CheckTable(table);
            CheckOrg(table);
        }

        CheckLog();
        CheckJournal();
        return [.. _broken.Take(MostLines)];
    }

    /// <summary>Which record belongs to which row, by what the tables and the log say: each at most to one.</summary>
    private void Pair()
    {
        var told = _log.Where(entry => entry.Sfid is not null).Select(entry => (entry.Table, entry.RecordId, Sfid: entry.Sfid ?? ""))
            .Concat(_tables.SelectMany(table => table.Value.Where(row => row.Value["sfid"] is not null)
                .Select(row => (table.Key, row.Key, row.Value["sfid"] ?? ""))))
            .Distinct();
        foreach (var (table, id, sfid) in told)
        {
            if (!_book.TryGetValue((table, id), out var row))
                Break($"row {id} of {table} was written by nobody and has the record {sfid}");
            else if (_rowOf.TryGetValue(sfid, out var other) && other != row)
                Break($"{sfid} belongs to {row} and to {other}");
            else if (_sfidOf.TryGetValue(row, out var another) && another != sfid)
                Break($"{row} has the records {sfid} and {another}");
            else
                (_rowOf[sfid], _sfidOf[row]) = (row, sfid);
        }
    }

    private void CheckTable(ChaosTable table)
    {
        var rows = _tables[table.Name];
        foreach (var id in rows.Keys.Where(id => !(_book.GetValueOrDefault((table.Name, id))?.IsLive ?? false)))
            Break($"row {id} of {table.Name} is there and should not be");
        foreach (var row in LiveRows(table))
        {
            if (!rows.TryGetValue(row.Id, out var values))
            {
                Break($"{row} is gone");
                continue;
            }

            if (row.IsRefused)
                continue;
            Compare(row, "the table's", row.Last, field => values[field.ToLowerInvariant()]);
            if (values["_hc_lastop"] != "SYNCED" || values["_hc_err"] is not null)
                Break($"{row} is {values["_hc_lastop"]} at rest: {values["_hc_err"]}");
            foreach (var lookup in table.Parents.Where(lookup => lookup.KeyColumn is not null))
            {
                var key = row.Last.Parents.GetValueOrDefault(lookup.Field)?.Key;
                if (values[lookup.KeyColumn ?? ""] != key)
                    Break($"{row}, the table's {lookup.KeyColumn} is {values[lookup.KeyColumn ?? ""]}, the parent's is {key}");
            }
        }
    }

    private void CheckOrg(ChaosTable table)
    {
        var live = Records(table).Where(record => !record.IsDeleted).ToDictionary(record => record.Id, StringComparer.Ordinal);
        foreach (var id in live.Keys.Where(id => !(_rowOf.GetValueOrDefault(id)?.IsLive ?? false)))
            Break($"{table.ObjectName} {id} is there without a row; it is {_rowOf.GetValueOrDefault(id)?.ToString() ?? "nobody's"}");
        foreach (var row in LiveRows(table))
        {
            if (_sfidOf.GetValueOrDefault(row) is not { } sfid || !live.TryGetValue(sfid, out var record))
            {
                if (!row.IsRefused)
                    Break($"{row} has no record");
            }
            else if (!row.IsRefused)
                Compare(row, "Salesforce's", row.Last, field => Text(record[record.Type.OrdinalOf(field)]));
        }
    }

    private void CheckLog()
    {
        foreach (var entry in _log)
        {
            var row = _book.GetValueOrDefault((entry.Table, entry.RecordId));
            var isEnded = entry.State switch
            {
                "SUCCESS" => true,
                "MERGED" => _plan.Writes == WriteAlgorithm.Merged,
                "IGNORED" => row is { IsLive: false },
                "FAILED" => row is { IsRefused: true } && IsRefusal(entry.Message),
                _ => false,
            };
            if (!isEnded)
                Break($"The log keeps {entry.State} {entry.Action} of {row?.ToString() ?? entry.Table}: {entry.Message}");
        }
    }

    private static bool IsRefusal(string? message) => message is not null
        && (message.StartsWith("INVALID_EMAIL_ADDRESS", StringComparison.Ordinal)
            || message.StartsWith("TANDEM_NEVER_INSERTED", StringComparison.Ordinal));

    /// <summary>What each record saw, one write after the other.</summary>
    private void CheckJournal()
    {
        var entries = _world.Server.Control.Writes.Entries
            .Where(entry => ChaosTable.All.Any(table => table.ObjectName == entry.Type.Name))
            .ToList();
        CheckMade(entries);
        foreach (var history in entries.GroupBy(entry => entry.Id))
        {
            if (_rowOf.TryGetValue(history.Key, out var row))
                CheckHistory(row, history);
            else
                Break($"{history.First().Type.Name} {history.Key} was made for nobody");
        }
    }

    /// <summary>No insert made two records, whether they live or not.</summary>
    private void CheckMade(IEnumerable<WriteEntry> entries)
    {
        var made = entries.Where(entry => entry.Kind == ChangeKind.Create)
            .GroupBy(entry => (entry.Type.Name, Text(entry[ChaosTable.Of(entry.Type.Name.ToLowerInvariant()).NameField])));
        foreach (var group in made)
        {
            var rows = _world.Book.Rows.Count(row => row.Table.ObjectName == group.Key.Name
                && row.Versions[0].Values[row.Table.NameField] == group.Key.Item2);
            if (group.Count() > rows)
            {
                Break($"{group.Key} was made {group.Count()} times for {rows} inserts: "
                    + string.Join(", ", group.Select(entry => entry.Id)));
            }
        }
    }

    private void CheckHistory(BookRow row, IEnumerable<WriteEntry> writes)
    {
        var last = -1;
        var seen = new HashSet<int>();
        foreach (var write in writes)
        {
            if (write.Kind == ChangeKind.Delete)
            {
                if (row.IsLive)
                    Break($"{row} lives, and its record was deleted");
                last = row.Versions.Count;
                continue;
            }

            var at = row.Versions.FindIndex(version => !version.IsDelete && version.Mark == Text(write[ChaosTable.MarkField]));
            if (at < 0 || row.Versions[at].IsRefused)
                Break($"{row} was {write.Kind} as nobody wrote it: {Text(write[ChaosTable.MarkField])}");
            else if (at < last)
                Break($"{row} saw change {at + 1} of {row.Versions.Count} after change {last + 1}");
            else
                Compare(row, $"after change {at + 1} of {row.Versions.Count} Salesforce's", row.Versions[at], field => Text(write[field]));
            last = Math.Max(last, at);
            seen.Add(at);
        }

        if (_plan.Writes == WriteAlgorithm.Ordered && row.IsLive)
        {
            for (var at = 0; at < row.Versions.Count; at++)
            {
                if (!seen.Contains(at) && !row.Versions[at].IsRefused)
                    Break($"{row} never saw change {at + 1} of {row.Versions.Count}");
            }
        }
    }

    private void Compare(BookRow row, string whose, RowVersion version, Func<string, string?> read)
    {
        foreach (var (field, expected) in version.Values)
        {
            if (read(field) != expected)
                Break($"{row}, {whose} {field} is {read(field)}, written was {expected}");
        }

        foreach (var lookup in row.Table.Parents)
        {
            var parent = version.Parents.GetValueOrDefault(lookup.Field);
            var expected = parent is null ? null : _sfidOf.GetValueOrDefault(parent, "a record that is not there");
            if (read(lookup.Field) != expected)
            {
                Break($"{row}, {whose} {lookup.Field} is {read(lookup.Field)}, written was {parent?.ToString() ?? "none"}, "
                    + $"which is {expected}");
            }
        }
    }

    private IEnumerable<BookRow> LiveRows(ChaosTable table) => _world.Book.Rows.Where(row => row.Table == table && row.IsLive);

    private IEnumerable<Record> Records(ChaosTable table) => _world.Server.Org.FindTable(table.ObjectName)?.Records ?? [];

    private List<Dictionary<string, string?>> Read(string sql)
    {
        using var command = _world.Settings.Observer.CreateCommand(sql);
        using var reader = command.ExecuteReader();
        var rows = new List<Dictionary<string, string?>>();
        while (reader.Read())
        {
            rows.Add(Enumerable.Range(0, reader.FieldCount)
                .ToDictionary(reader.GetName, at => Text(reader.GetValue(at)), StringComparer.Ordinal));
        }

        return rows;
    }

    private static string? Text(object? value) => value is null or DBNull ? null : Convert.ToString(value, CultureInfo.InvariantCulture);

    private void Break(string line) => _broken.Add(line);
}
