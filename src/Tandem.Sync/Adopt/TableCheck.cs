using System.Globalization;
using Npgsql;
using Tandem.Postgres;
using Tandem.Postgres.Adopt;
using Tandem.Postgres.Tables;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Adopt;

/// <summary>Looks at one table that is to be taken over: what stays, what is replaced and added, and what stands against it.</summary>
internal sealed class TableCheck(FoundSchema found, FoundTable table, MappedObject mapped, NpgsqlConnection connection)
{
    private readonly string _name = $"{found.Name}.{table.Name}";
    private readonly HashSet<string> _triggerNames = new(TableTakeover.TriggerNames(table.Name), StringComparer.Ordinal);
    private readonly TableTakeover _takeover = new(mapped.Table);

    public async Task<TableAdoption> PlanAsync(
        TableAdoption begun,
        IReadOnlyList<string> ownColumns,
        Func<DateTime?, DateTime?> findCursor,
        Func<MappedObject, CancellationToken, Task<int>> count,
        CancellationToken cancellationToken)
    {
        var problems = new List<string>(begun.Problems);
        if (await CompareAsync(problems, cancellationToken) is not { } difference)
            return begun with { Problems = problems };
        var missing = difference.Missing.Select(column => column.Name).ToHashSet(StringComparer.Ordinal);
        FindProblems(difference, problems);
        var indexes = await FindIndexesAsync(missing, problems, cancellationToken);
        var cursorColumn = mapped.CursorField.ToLowerInvariant();
        var contents = await _takeover.ReadContentsAsync(
            connection, missing.Contains(cursorColumn) ? null : cursorColumn, !missing.Contains(ReservedNames.Sfid), cancellationToken);
        if (contents is { Records: > 0, Newest: null } && !missing.Contains(ReservedNames.Sfid))
        {
            problems.Add(
                $"{_name}: no record has a time in {cursorColumn}, so nothing tells from where to read on. Add the column to the mapping "
                + "in Heroku Connect and let it fill it; or drop the table, which is then loaded anew.");
        }

        var sequence = await FindLateSequenceAsync(contents, cancellationToken);
        var old = table.Triggers.Where(trigger => MappingFinder.IsTheirs(found, trigger) && !_triggerNames.Contains(trigger.Name)).ToList();
        var cursor = findCursor(contents.Newest);
        return begun with
        {
            Action = problems.Count > 0 ? AdoptionAction.Refuse : cursor is null ? AdoptionAction.Load : AdoptionAction.Adopt,
            Contents = contents,
            SalesforceRecords = await count(mapped, cancellationToken),
            Cursor = cursor,
            Kept = [.. ListKept(ownColumns, old)],
            Replaced = [.. ListReplaced(old), .. sequence is null ? [] : new[] { $"the sequence {sequence}: set behind the last row" }],
            Added = [.. ListAdded(difference), .. indexes],
            Notes = [.. ListNotes(begun, contents, ownColumns)],
            Problems = problems,
            OldTriggers = [.. old.Select(trigger => trigger.Name)],
            LateSequence = sequence,
            Plan = new TablePlan { Asked = mapped.Mapping, Mapped = mapped, Difference = difference, Content = null, Changes = [] },
        };
    }

    private async Task<TableDifference?> CompareAsync(List<string> problems, CancellationToken cancellationToken)
    {
        try
        {
            return await new SyncedTable(mapped.Table).CompareAsync(connection, cancellationToken);
        }
        catch (TableMismatchException exception)
        {
            problems.Add(exception.Message);
            return null;
        }
    }

    private void FindProblems(TableDifference difference, List<string> problems)
    {
        if (!table.IsOurs)
        {
            problems.Add(
                $"The table {_name} belongs to {table.Owner}, and {found.Role} may not change it: sign in to the database as "
                + $"{table.Owner}, or grant that role.");
        }

        if (difference.Missing.Any(column => column.Name == ReservedNames.Sfid))
            problems.Add($"{_name} has no column sfid, so it is no table of Heroku Connect: rename it, and it is made and loaded anew.");
        if (table.FindColumn(ReservedNames.Id) is { HasDefault: false })
        {
            problems.Add(
                $"{_name}.id has no default, so no record could be inserted: give it one, nextval('{_name}_id_seq').");
        }

        if (table.FindIndex(ReservedNames.Id) is not { IsUnique: true })
            problems.Add($"{_name} has no primary key: alter table {_name} add primary key (id).");
        problems.AddRange(difference.Mismatched.Select(mismatch =>
            $"{_name}.{mismatch.Column}: the field needs a column of type {mismatch.Expected}; found {mismatch.Found}. Rename the column, "
            + "and it is made anew and filled; or leave the field out by a mapping file, with --mappings."));
        problems.AddRange(difference.Unfillable.Select(column =>
            $"{_name}.{column} must not be null and has no default, so that no new record can be inserted: give it a default, or let it "
            + "be null."));
        problems.AddRange(
            from trigger in table.Triggers
            where trigger.WritesLog && trigger.IsEnabled && !MappingFinder.IsTheirs(found, trigger)
                && !_triggerNames.Contains(trigger.Name)
            select $"{_name}: the trigger {trigger.Name} ({trigger.FunctionSchema}.{trigger.Function}) writes into the change log too, so "
                + "that each change would be sent twice. Drop it if Heroku Connect made it; if it is yours, let it call "
                + "hc_capture_insert_from_row or hc_capture_update_from_row instead.");
    }

    /// <returns>The indexes to build, in words.</returns>
    private async Task<IReadOnlyList<string>> FindIndexesAsync(
        HashSet<string> missing, List<string> problems, CancellationToken cancellationToken)
    {
        var added = new List<string>();
        foreach (var index in mapped.Table.Indexes)
        {
            if (table.Indexes.Any(each =>
                each.Serves && each.IsUnique == index.IsUnique && each.Columns is [var only] && only == index.Column))
                continue;
            var name = index.NameOn(table.Name);
            if (table.Indexes.Any(each => each.Name == name))
            {
                problems.Add(
                    $"{_name}: the index {name} is there, but it is not valid or not {(index.IsUnique ? "a unique one" : "one")} of "
                    + $"{index.Column} alone. Drop it; it is made anew.");
                continue;
            }

            if (index.IsUnique && !missing.Contains(index.Column)
                && await _takeover.CountTwinsAsync(connection, index.Column, cancellationToken) is > 0 and var twins)
            {
                problems.Add(
                    $"{_name}: {twins} values of {index.Column} stand in more than one row, and there is no unique index that forbids it. "
                    + "Delete the surplus rows; SET LOCAL xmlbinary = 'hex' keeps that from Salesforce.");
            }

            added.Add($"{(index.IsUnique ? "unique " : "")}index {name}; writers wait while it is built");
        }

        return added;
    }

    private async Task<string?> FindLateSequenceAsync(TableContents contents, CancellationToken cancellationToken) =>
        table.FindColumn(ReservedNames.Id)?.Sequence is { } sequence
        && await SchemaSurvey.ReadSequenceAsync(connection, found.Name, sequence, cancellationToken) < contents.LastId
            ? sequence
            : null;

    private IEnumerable<string> ListKept(IReadOnlyList<string> ownColumns, IReadOnlyList<FoundTrigger> old)
    {
        var triggers = table.Triggers.Except(old).Select(trigger => trigger.Name).Except(_triggerNames, StringComparer.Ordinal).ToList();
        var contract = mapped.Table.Indexes.Select(index => index.NameOn(table.Name))
            .Append(ReservedNames.PrimaryKey(table.Name)).ToHashSet(StringComparer.Ordinal);
        var indexes = table.Indexes.Select(index => index.Name).Where(name => !contract.Contains(name)).ToList();
        (string One, IReadOnlyList<string> Names)[] kinds =
        [
            ("column", ownColumns), ("index", indexes), ("trigger", triggers), ("foreign key", table.ForeignKeys), ("view", table.Views),
        ];
        return kinds.SelectMany(kind => kind.Names.Select(name => $"{kind.One} {name}"));
    }

    private IEnumerable<string> ListReplaced(IReadOnlyList<FoundTrigger> old)
    {
        foreach (var function in new[] { ReservedNames.LoggerFunction(table.Name), ReservedNames.StatusFunction(table.Name) })
        {
            if (found.Functions.Any(each => each.Name == function))
                yield return $"function {function}";
        }

        foreach (var trigger in table.Triggers.Where(trigger => _triggerNames.Contains(trigger.Name)))
            yield return $"trigger {trigger.Name}";
        foreach (var trigger in old)
            yield return $"trigger {trigger.Name}, which has an older name";
    }

    private IEnumerable<string> ListAdded(TableDifference difference)
    {
        foreach (var column in difference.Missing)
            yield return $"column {column.Name}{(column.Name.StartsWith('_') ? "" : ", filled from the org later")}";
        foreach (var column in difference.TooNarrow)
            yield return $"room in column {column.Asked.Name}: {column.Asked.Type.Sql} instead of {column.Found.Sql}";
        foreach (var trigger in _triggerNames.Except(table.Triggers.Select(trigger => trigger.Name), StringComparer.Ordinal))
            yield return $"trigger {trigger}";
    }

    private IEnumerable<string> ListNotes(TableAdoption begun, TableContents contents, IReadOnlyList<string> ownColumns)
    {
        if (contents.Newest is null)
            yield return "It holds no record of the org: the next start of the server loads it.";
        if (ownColumns.Count > 0)
            yield return $"Not mapped: {string.Join(", ", ownColumns)}. Such columns are neither read nor sent.";
        if (begun.UnderWay > 0 && mapped.UniqueIdentifier is null)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{begun.UnderWay} changes were perhaps sent: each insert of them is looked for in the org before it is sent again.");
        }

        if (table.Triggers.Any(trigger => trigger.Name == ReservedNames.LogTrigger(table.Name) && !trigger.IsEnabled))
            yield return "Its log trigger is disabled and stays so: changes are not captured.";
        if (mapped.Mapping.Access == Catalog.MappingAccess.ReadWrite && mapped.UniqueIdentifier is null)
            yield return "It has no unique identifier: inserts are sent as plain creates.";
    }
}
