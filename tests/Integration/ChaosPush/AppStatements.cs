using System.Globalization;

namespace Tandem.Tests.Integration.ChaosPush;

/// <summary>The statements of one writer: which rows they take, what they write, and what the app expects of that.</summary>
internal sealed class AppStatements(ChaosPlan plan, RowBook book, AppSession session)
{
    /// <summary>More than one Collections call takes.</summary>
    private const int Hundreds = 230;

    public async Task RunAsync(ChaosStep step)
    {
        var (kind, _, a, b, c) = step;
        switch (kind)
        {
            case ChaosStepKind.Insert:
                await InsertAsync(ChaosTable.All[a % ChaosTable.All.Count], 1 + (b % 3), hasKey: c % 2 == 0, b, c);
                break;
            case ChaosStepKind.InsertTwins:
                await InsertTwinsAsync(ChaosTable.All[a % ChaosTable.All.Count], 2 + (b % 2));
                break;
            case ChaosStepKind.InsertFamily:
                await InsertFamilyAsync(a, b, c);
                break;
            case ChaosStepKind.InsertHundreds:
                await InsertAsync(ChaosTable.All[a % ChaosTable.All.Count], Hundreds + (b % 200), hasKey: c % 2 == 0, b, c);
                break;
            case ChaosStepKind.Upsert:
                await UpsertAsync(ChaosTable.All[a % ChaosTable.All.Count], b, c);
                break;
            case ChaosStepKind.Update:
                await UpdateAsync(a, Chosen(a, b, 1), bySfid: false);
                break;
            case ChaosStepKind.UpdateBySfid:
                await UpdateAsync(a, Chosen(a, b, 1), bySfid: true);
                break;
            case ChaosStepKind.UpdateMany:
                await UpdateAsync(a, Chosen(a, b, 2 + (c % 4)), bySfid: false);
                break;
            case ChaosStepKind.UpdateAll:
                await UpdateAsync(a, Chosen(a, b, int.MaxValue), bySfid: false);
                break;
            case ChaosStepKind.Move:
                await MoveAsync(ChaosTable.All[1 + (a % 2)], a, b, c);
                break;
            case ChaosStepKind.Delete:
                var table = ChaosTable.All[a % ChaosTable.All.Count];
                if (book.Deletable(session, table) is { Count: > 0 } deletable)
                    await DeleteAsync(deletable[b % deletable.Count]);
                break;
            case ChaosStepKind.Fleeting:
                var rows = await InsertAsync(ChaosTable.All[a % ChaosTable.All.Count], 1, hasKey: b % 2 == 0, b, c);
                await DeleteAsync(rows[0]);
                break;
            case ChaosStepKind.Refused:
                await RefuseAsync(a, b);
                break;
            default:
                throw new ArgumentException($"{kind} is no statement.", nameof(step));
        }
    }

    /// <summary>Rows of one statement share its mark, so that one version tells of one statement.</summary>
    private Dictionary<string, string> NewValues(ChaosTable table, string name) => new(StringComparer.Ordinal)
    {
        [table.NameField] = name, [table.NoteField] = Text("n"), [ChaosTable.MarkField] = Text("m"),
    };

    private string Text(string kind) => FormattableString.Invariant($"{kind}{book.NextNumber()}");

    private List<BookRow> Chosen(int tableChoice, int choice, int count)
    {
        var free = book.Free(session, ChaosTable.All[tableChoice % ChaosTable.All.Count]);
        return [.. Enumerable.Range(0, Math.Min(count, free.Count)).Select(at => free[(choice + at) % free.Count])];
    }

    private async Task<IReadOnlyList<BookRow>> InsertAsync(ChaosTable table, int count, bool hasKey, int b, int c)
    {
        var reference = c % 3 == 0 ? null : await ChooseParentAsync(table, b, c);
        var note = Text("n");
        var mark = Text("m");
        var drafts = Enumerable.Range(0, count).Select(_ => new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [table.NameField] = Text("r"), [table.NoteField] = note, [ChaosTable.MarkField] = mark,
        }).ToList();
        return await InsertAsync(table, drafts, hasKey, reference, id: null);
    }

    private async Task InsertTwinsAsync(ChaosTable table, int count)
    {
        var values = NewValues(table, Text("twin"));
        await InsertAsync(table, [.. Enumerable.Repeat(values, count)], hasKey: false, reference: null, id: null);
    }

    /// <summary>The rows with their local ids; of several rows only the first gets the id that is told.</summary>
    private async Task<IReadOnlyList<BookRow>> InsertAsync(
        ChaosTable table, IReadOnlyList<Dictionary<string, string>> drafts, bool hasKey, ParentReference? reference, int? id)
    {
        var fields = table.Fields.Concat(table.Constants.Keys).ToList();
        var keys = drafts.Select(_ => hasKey ? Text($"k{plan.Seed}-") : null).ToList();
        var columns = fields.Append("ext_id__c").Concat(reference is null ? [] : [reference.Column]).Concat(id is null ? [] : ["id"]);
        var rows = drafts.Zip(keys, (values, key) => string.Join(", ", fields
            .Select(field => Quote(values.GetValueOrDefault(field) ?? table.Constants[field]))
            .Append(Quote(key))
            .Concat(reference is null ? [] : [Quote(reference.Text)])
            .Concat(id is null ? [] : [Number(id.Value)])));
        var ids = await session.ChangeAsync(
            $"insert into salesforce.{table.Name} ({string.Join(", ", columns)}) values ({string.Join("), (", rows)}) returning id");
        var parents = reference is null ? [] : new Dictionary<string, BookRow> { [reference.Field] = reference.Parent };
        var inserted = new List<BookRow>();
        for (var at = 0; at < drafts.Count; at++)
        {
            inserted.Add(new BookRow(table, ids[at], keys[at]));
            session.Note(inserted[at], new RowVersion { Values = drafts[at], Parents = parents });
        }

        if (reference is not null)
            Mark(reference);
        return inserted;
    }

    /// <summary>Parent and children of one transaction; where local ids are found, the children may come first.</summary>
    private async Task InsertFamilyAsync(int a, int b, int c)
    {
        var (parentTable, childTable) = a % 3 == 0
            ? (ChaosTable.Contact, ChaosTable.Opportunity)
            : (ChaosTable.Account, ChaosTable.All[1 + (a % 2)]);
        var lookup = childTable.Parents.Single(parent => parent.ParentTable == parentTable.Name);
        var hasKey = c % 2 == 0;
        List<Dictionary<string, string>> children = [.. Enumerable.Range(0, 1 + (b % 2)).Select(_ => NewValues(childTable, Text("r")))];
        List<Dictionary<string, string>> parents = [NewValues(parentTable, Text("r"))];
        if (plan.FindsLocalParents && b % 3 != 0)
        {
            var id = (await session.ChangeAsync($"select nextval('salesforce.{parentTable.Name}_id_seq')::int"))[0];

            // The parent stands in the book first, because it is what the children refer to.
            if (a % 2 == 0)
            {
                var parent = (await InsertAsync(parentTable, parents, hasKey, null, id))[0];
                var local = new ParentReference(lookup, ParentWay.LocalId, Number(id), parent);
                await InsertAsync(childTable, children, c % 4 < 2, local, null);
                return;
            }

            await InsertChildrenFirstAsync(childTable, children, lookup, parentTable, parents[0], id);
            return;
        }

        var inserted = (await InsertAsync(parentTable, parents, hasKey: true, null, null))[0];
        var reference = lookup.KeyColumn is null
            ? null
            : new ParentReference(lookup, ParentWay.Key, inserted.Key ?? "", inserted);
        await InsertAsync(childTable, children, c % 4 < 2, reference, null);
    }

    private async Task InsertChildrenFirstAsync(
        ChaosTable childTable,
        IReadOnlyList<Dictionary<string, string>> children,
        ChaosLookup lookup,
        ChaosTable parentTable,
        Dictionary<string, string> parentValues,
        int id)
    {
        var parent = new BookRow(parentTable, id, key: null);
        await InsertAsync(childTable, children, hasKey: false, new ParentReference(lookup, ParentWay.LocalId, Number(id), parent), null);
        var fields = parentTable.Fields.Concat(parentTable.Constants.Keys).ToList();
        await session.ChangeAsync(
            $"insert into salesforce.{parentTable.Name} (id, {string.Join(", ", fields)}) values ({Number(id)}, "
            + $"{string.Join(", ", fields.Select(field => Quote(parentValues.GetValueOrDefault(field) ?? parentTable.Constants[field])))}) "
            + "returning id");
        session.Note(parent, new RowVersion { Values = parentValues });
    }

    /// <summary>By a key that is there, if the database has an index that can tell, else by a new one.</summary>
    private async Task UpsertAsync(ChaosTable table, int b, int c)
    {
        if (plan.Keys == ChaosKeys.None || (plan.Keys == ChaosKeys.Parents && table != ChaosTable.Account))
        {
            await InsertAsync(table, 1, hasKey: true, b, c);
            return;
        }

        var known = book.Free(session, table).FindAll(row => row.Key is not null);
        if (known.Count == 0 || c % 3 == 0)
        {
            await InsertAsync(table, 1, hasKey: true, b, c);
            return;
        }

        var row = known[b % known.Count];
        var values = new Dictionary<string, string>(row.Last.Values, StringComparer.Ordinal)
        {
            [table.NoteField] = Text("n"), [ChaosTable.MarkField] = Text("m"),
        };
        var fields = table.Fields.Concat(table.Constants.Keys).ToList();
        await session.ChangeAsync(
            $"insert into salesforce.{table.Name} ({string.Join(", ", fields)}, ext_id__c) values ("
            + $"{string.Join(", ", fields.Select(field => Quote(values.GetValueOrDefault(field) ?? table.Constants[field])))}, "
            + $"{Quote(row.Key)}) on conflict (ext_id__c) do update set {table.NoteField} = excluded.{table.NoteField}, "
            + $"{ChaosTable.MarkField} = excluded.{ChaosTable.MarkField} returning id");
        session.Note(row, row.Last with { Values = values });
    }

    private async Task UpdateAsync(int choice, List<BookRow> rows, bool bySfid)
    {
        if (rows.Count == 0)
            return;
        var table = rows[0].Table;
        var mark = Text("m");
        var note = choice % 2 == 0 ? Text("n") : null;
        var ids = string.Join(", ", rows.Select(row => Number(row.Id)));
        var which = bySfid ? $"sfid in (select sfid from salesforce.{table.Name} where id in ({ids}))" : $"id in ({ids})";
        var changed = await session.ChangeAsync(
            $"update salesforce.{table.Name} set {ChaosTable.MarkField} = {Quote(mark)}"
            + (note is null ? "" : $", {table.NoteField} = {Quote(note)}") + $" where {which} returning id");
        foreach (var row in rows.Where(row => changed.Contains(row.Id)))
        {
            var values = new Dictionary<string, string>(row.Last.Values, StringComparer.Ordinal) { [ChaosTable.MarkField] = mark };
            if (note is not null)
                values[table.NoteField] = note;
            session.Note(row, row.Last with { Values = values });
        }
    }

    private async Task DeleteAsync(BookRow row)
    {
        await session.ChangeAsync($"delete from salesforce.{row.Table.Name} where id = {Number(row.Id)} returning id");
        session.Note(row, row.Last with { IsDelete = true });
    }

    /// <summary>An insert, or an update of a contact that nobody refers to, with a value that the org refuses.</summary>
    private async Task RefuseAsync(int a, int b)
    {
        var mark = Text("m");
        if (a % 2 == 0 && book.Free(session, ChaosTable.Contact).FindAll(row => !row.WasParent) is { Count: > 0 } free)
        {
            var row = free[b % free.Count];
            await session.ChangeAsync(
                $"update salesforce.contact set email = 'wrong', {ChaosTable.MarkField} = {Quote(mark)} where id = {Number(row.Id)} "
                + "returning id");
            var values = new Dictionary<string, string>(row.Last.Values, StringComparer.Ordinal) { [ChaosTable.MarkField] = mark };
            session.Note(row, row.Last with { Values = values, IsRefused = true });
            return;
        }

        var name = Text("r");
        var id = (await session.ChangeAsync(
            $"insert into salesforce.contact (lastname, email, {ChaosTable.MarkField}) values ({Quote(name)}, 'wrong', {Quote(mark)}) "
            + "returning id"))[0];
        session.Note(new BookRow(ChaosTable.Contact, id, key: null), new RowVersion
        {
            Values = new Dictionary<string, string> { [ChaosTable.Contact.NameField] = name, [ChaosTable.MarkField] = mark },
            IsRefused = true,
        });
    }

    /// <summary>
    /// Another parent, or none. The columns that differ from what stands in the row are what the app has said: of those a value beats NULL,
    /// and the reference column beats the external id (docs/guide/parents.md).
    /// </summary>
    private async Task MoveAsync(ChaosTable table, int a, int b, int c)
    {
        var free = book.Free(session, table);
        if (free.Count == 0)
            return;
        var row = free[a % free.Count];
        var lookup = table.Parents[b % table.Parents.Count];
        var reference = c % 4 == 0 ? null : await ChooseParentAsync(table, lookup, b, c, row);
        var read = await session.AskAsync(
            $"select {lookup.Column}, {lookup.KeyColumn ?? "null"} from salesforce.{table.Name} where id = {Number(row.Id)} for update");
        var before = (Reference: read[0][0], Key: read[0][1]);
        (string? Reference, string? Key) after = reference switch
        {
            null => (null, null),
            { Way: ParentWay.Key } => (c % 5 == 0 ? before.Reference : null, reference.Text),
            _ => (reference.Text, c % 5 == 0 ? before.Key : null),
        };
        var mark = Text("m");
        await session.ChangeAsync(
            $"update salesforce.{table.Name} set {ChaosTable.MarkField} = {Quote(mark)}, {lookup.Column} = {Quote(after.Reference)}"
            + (lookup.KeyColumn is null ? "" : $", {lookup.KeyColumn} = {Quote(after.Key)}")
            + $" where id = {Number(row.Id)} returning id");
        var parents = new Dictionary<string, BookRow>(row.Last.Parents, StringComparer.Ordinal);
        var said = reference is { Way: ParentWay.Key } ? after.Key != before.Key : after.Reference != before.Reference;
        if (reference is not null && said)
            parents[lookup.Field] = reference.Parent;
        else if (after != before)
            parents.Remove(lookup.Field);
        if (reference is not null)
            Mark(reference);
        session.Note(row, row.Last with
        {
            Values = new Dictionary<string, string>(row.Last.Values, StringComparer.Ordinal) { [ChaosTable.MarkField] = mark },
            Parents = parents,
        });
    }

    private async Task<ParentReference?> ChooseParentAsync(ChaosTable table, int b, int c) => table.Parents.Count == 0
        ? null
        : await ChooseParentAsync(table, table.Parents[b % table.Parents.Count], b, c, child: null);

    /// <returns>Null when there is no parent, or the writer knows no way to name it.</returns>
    private async Task<ParentReference?> ChooseParentAsync(ChaosTable table, ChaosLookup lookup, int b, int c, BookRow? child)
    {
        // A parent in the child's own table is an earlier row, so that nobody reports to himself.
        var parents = book.Free(session, ChaosTable.Of(lookup.ParentTable))
            .FindAll(parent => parent.Table != table || parent.Id < (child?.Id ?? int.MaxValue));
        if (parents.Count == 0)
            return null;
        var parent = parents[c % parents.Count];
        var ways = new List<ParentReference>();
        if ((await session.AskAsync($"select sfid from salesforce.{lookup.ParentTable} where id = {Number(parent.Id)}")) is [[{ } sfid]])
            ways.Add(new ParentReference(lookup, ParentWay.Sfid, sfid, parent));
        if (plan.FindsLocalParents)
            ways.Add(new ParentReference(lookup, ParentWay.LocalId, Number(parent.Id), parent));
        if (lookup.KeyColumn is not null && parent.Key is { } key)
            ways.Add(new ParentReference(lookup, ParentWay.Key, key, parent));
        return ways.Count == 0 ? null : ways[b % ways.Count];
    }

    private static void Mark(ParentReference reference)
    {
        reference.Parent.WasParent = true;
        reference.Parent.WasLocalParent |= reference.Way == ParentWay.LocalId;
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Quote(string? text) => text is null ? "null" : $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
