using Npgsql;
using Tandem.Postgres;
using Tandem.Postgres.Load;
using Tandem.Postgres.Tables;
using Tandem.Salesforce.Describe;
using Tandem.Sync.Catalog;
using Tandem.Sync.Faults;
using Tandem.Sync.Pull;
using Tandem.Sync.States;

namespace Tandem.Sync.Schema;

/// <summary>
/// Brings a table in step with its mapping and the org's description: at the start of a shift, and when the description changes. What
/// it does not dare is noted for a person. Columns that are no longer mapped, or no longer in the org, stay with their values and are
/// neither read, written nor captured any more. Doing it twice changes nothing.
/// </summary>
public sealed class TableShaper(ObjectContexts contexts, RefreshTable refreshes, ProgressTable progressTable, SchemaChangeTable changes)
{
    /// <summary>Compares what is asked with the org and the table; changes nothing.</summary>
    /// <param name="problems">Gets one sentence for each thing that was newly asked for and cannot be.</param>
    /// <returns>Null when there was a problem.</returns>
    public async Task<TablePlan?> PlanAsync(
        Mapping mapping,
        SObjectDescription description,
        NpgsqlConnection connection,
        ICollection<string> problems,
        CancellationToken cancellationToken)
    {
        var content = await refreshes.ReadContentAsync(connection, description.Name, cancellationToken);
        var open = await changes.ListOpenAsync(connection, description.Name, cancellationToken);
        var context = await contexts.ReadAsync(mapping, description, cancellationToken);
        var lost = FindLost(mapping, description, context, content, open);
        if (Build(Without(mapping, lost), description, context, problems) is not { } mapped)
            return null;
        var found = lost.ConvertAll(name => NoteLost(description.Name, name, mapping.OnDrift));
        var difference = await new SyncedTable(mapped.Table).CompareAsync(connection, cancellationToken);
        if (difference is not null && content is not null)
        {
            if (mapping.OnDrift == DriftPolicy.Ask && FindNew(mapping, mapped, content) is { Count: > 0 } fresh)
            {
                found.AddRange(fresh.Select(name => NoteAdded(description.Name, name, DriftPolicy.Ask)));
                mapping = mapping with { ExcludedFields = [.. mapping.ExcludedFields, .. fresh] };
                mapped = Build(Without(mapping, lost), description, context, problems) ?? mapped;
            }

            var retyped = mapped.Fields
                .Where(field => difference.Mismatched.Any(mismatch => mismatch.Column == field.Column.Name))
                .Select(field => field.Column.Name).ToList();
            found.AddRange(retyped.Select(name => NoteRetyped(mapped, name, difference, mapping.OnDrift)));
            lost.AddRange(retyped);
            if (retyped.Count > 0)
                mapped = Build(Without(mapping, lost), description, context, problems) ?? mapped;
            difference = await new SyncedTable(mapped.Table).CompareAsync(connection, cancellationToken);
        }

        foreach (var column in difference?.Unfillable ?? [])
        {
            problems.Add(
                $"The table {contexts.Schema}.{mapped.Table.Name} has the column \"{column}\" that must not be null and has no default, so "
                + "that no new record can be inserted: give it a default, or let it be null.");
        }

        if (difference?.Unfillable is { Count: > 0 })
            return null;
        return new TablePlan
        {
            Asked = mapping,
            Mapped = mapped,
            Difference = difference,
            Content = content,
            Changes = found,
            Stop = mapping.OnDrift == DriftPolicy.Ask && lost.Count > 0 ? string.Join(' ', found.Select(change => change.Message)) : null,
        };
    }

    /// <summary>
    /// Makes or alters the table, replaces its capture functions, and notes what its rows are owed, all in one transaction.
    /// </summary>
    /// <param name="isAtRest">No worker is at work; a load that was begun for other columns or another filter then begins anew.</param>
    /// <returns>The model to work with: columns that could not be widened keep their length in it.</returns>
    public async Task<MappedObject> ApplyAsync(
        TablePlan plan, NpgsqlConnection connection, bool isAtRest, CancellationToken cancellationToken)
    {
        if (plan.Difference is null or { Mismatched.Count: > 0 })
            await new FirstLoad(plan.Mapped.Table).CreateAsync(connection, cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var mapped = await ApplyWithinAsync(plan, connection, transaction, isAtRest, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        Failpoints.Reach("shape.committed");
        return mapped;
    }

    /// <summary>As above for a table that is there, within the connection's open transaction.</summary>
    public async Task<MappedObject> ApplyWithinAsync(
        TablePlan plan, NpgsqlConnection connection, NpgsqlTransaction transaction, bool isAtRest, CancellationToken cancellationToken)
    {
        var difference = plan.Difference ?? new TableDifference { Missing = [], TooNarrow = [], Mismatched = [], Unfillable = [] };
        var blocked = await new SyncedTable(plan.Mapped.Table).AlterAsync(connection, transaction, difference, cancellationToken);
        var mapped = Narrow(plan.Mapped, blocked);
        await new SyncedTable(mapped.Table).InstallCaptureAsync(connection, cancellationToken);
        Failpoints.Reach("shape.altered");
        await changes.NoteAsync(connection, mapped.Name, [.. plan.Changes, .. Note(plan, mapped, blocked)], cancellationToken);
        await OweAsync(plan, mapped, connection, isAtRest, cancellationToken);
        return mapped;
    }

    private static MappedObject? Build(
        Mapping mapping, SObjectDescription description, ObjectContext context, ICollection<string> problems) =>
        MappedObjectBuilder.Build(mapping, description, context, problems);

    /// <summary>Fields that were once read and that the description lacks; what was never there is an error of the mapping.</summary>
    private static List<string> FindLost(
        Mapping mapping,
        SObjectDescription description,
        ObjectContext context,
        TableContent? content,
        IReadOnlyList<SchemaChange> open)
    {
        if (content is null)
            return [];
        var known = content.Columns.Concat(open.Select(change => change.Field)).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var asked = mapping.Fields.Append(mapping.UpsertField ?? "").Where(name => name is not ("" or Mapping.AllFields)).ToList();
        if (mapping.Fields.Contains(Mapping.AllFields, StringComparer.Ordinal))
        {
            var system = new[] { ReservedNames.Sfid }.Concat(mapping.ExcludedFields);
            asked.AddRange(known.Except(system, StringComparer.OrdinalIgnoreCase).Where(name => name.Length > 0));
        }

        return
        [
            .. asked.Distinct(StringComparer.OrdinalIgnoreCase)
                .Where(name => known.Contains(name) && description.FindField(name) is null
                    && RelationshipField.Find(description, name)?.Resolve(description.Name, context, []) is null),
        ];
    }

    private static List<string> FindNew(Mapping mapping, MappedObject mapped, TableContent content) =>
        !mapping.Fields.Contains(Mapping.AllFields, StringComparer.Ordinal)
            ? []
            :
            [
                .. mapped.Fields
                    .Where(field => !content.Columns.Contains(field.Column.Name, StringComparer.Ordinal)
                        && !mapping.Fields.Contains(field.Column.Name, StringComparer.OrdinalIgnoreCase))
                    .Select(field => field.Description.Name),
            ];

    private static Mapping Without(Mapping mapping, List<string> fields)
    {
        var isGone = fields.ToHashSet(StringComparer.OrdinalIgnoreCase);
        return mapping with
        {
            Fields = [.. mapping.Fields.Where(name => !isGone.Contains(name))],
            ExcludedFields = mapping.Fields.Contains(Mapping.AllFields, StringComparer.Ordinal)
                ? [.. mapping.ExcludedFields, .. fields]
                : mapping.ExcludedFields,
            ConflictFields = mapping.ConflictFields.Where(field => !isGone.Contains(field.Key))
                .ToDictionary(StringComparer.OrdinalIgnoreCase),
            UpsertField = mapping.UpsertField is { } unique && isGone.Contains(unique) ? null : mapping.UpsertField,
        };
    }

    private static MappedObject Narrow(MappedObject mapped, IReadOnlyList<BlockedColumn> blocked)
    {
        if (blocked.Count == 0)
            return mapped;
        var types = blocked.ToDictionary(column => column.Column.Asked.Name, column => column.Column.Found, StringComparer.Ordinal);
        return MappedObjectBuilder.WithColumnTypes(mapped, types);
    }

    private static SchemaChange NoteLost(string objectName, string field, DriftPolicy policy) => new()
    {
        Kind = SchemaChangeKind.FieldLost,
        Field = field,
        Message = $"{objectName}.{field}: the org no longer has this field, or the integration user may no longer see it. "
            + (policy == DriftPolicy.Follow
                ? "The column keeps its last values and is no longer read or written; when the field returns it is filled again."
                : "Take it out of the mapping, give the user access, or set on_drift to follow; the mapping waits until then."),
    };

    private static SchemaChange NoteAdded(string objectName, string field, DriftPolicy policy) => new()
    {
        Kind = SchemaChangeKind.FieldAdded,
        Field = field,
        IsSettled = policy == DriftPolicy.Follow,
        Message = policy == DriftPolicy.Follow
            ? $"{objectName}.{field}: the org has this new field; its column was added and is being filled."
            : $"{objectName}.{field}: the org has this new field. Name it in the mapping to add it, or exclude it.",
    };

    private static SchemaChange NoteRetyped(MappedObject mapped, string column, TableDifference difference, DriftPolicy policy)
    {
        var mismatch = difference.Mismatched.First(each => each.Column == column);
        var field = mapped.Fields.First(each => each.Column.Name == column).Description.Name;
        return new SchemaChange
        {
            Kind = SchemaChangeKind.FieldRetyped,
            Field = field,
            Message = $"{mapped.Name}.{field}: the field now needs a column of type {mismatch.Expected}; {mapped.Table.Schema}."
                + $"{mapped.Table.Name}.{column} is {mismatch.Found}. "
                + (policy == DriftPolicy.Follow
                    ? "The column keeps its last values and is no longer read or written. "
                    : "The mapping waits. ")
                + "Rename or drop the column; it is then made anew and filled.",
        };
    }

    private static IEnumerable<SchemaChange> Note(TablePlan plan, MappedObject mapped, IReadOnlyList<BlockedColumn> blocked)
    {
        string FieldOf(string column) => mapped.Fields.First(field => field.Column.Name == column).Description.Name;
        if (plan.Content is not { } content || plan.Difference is not { } difference)
            yield break;
        foreach (var field in FindNew(plan.Asked, mapped, content).Where(_ => plan.Asked.OnDrift == DriftPolicy.Follow))
            yield return NoteAdded(mapped.Name, field, DriftPolicy.Follow);
        foreach (var column in difference.TooNarrow.Where(column => mapped.Columns.Contains(column.Asked.Name, StringComparer.Ordinal)))
        {
            var field = FieldOf(column.Asked.Name);
            var isBlocked = blocked.FirstOrDefault(each => each.Column == column);
            yield return new SchemaChange
            {
                Kind = isBlocked is null ? SchemaChangeKind.FieldWidened : SchemaChangeKind.ColumnBlocked,
                Field = field,
                IsSettled = isBlocked is null,
                Message = isBlocked is null
                    ? $"{mapped.Name}.{field}: the column was widened from {column.Found.Sql} to {column.Asked.Type.Sql}."
                    : $"{mapped.Name}.{field}: the column should be widened from {column.Found.Sql} to {column.Asked.Type.Sql}, but "
                        + $"PostgreSQL refuses ({isBlocked.Reason}). Values that fit go on. Drop what depends on the column; it is widened "
                        + "at the next look, and what was dropped can be made again.",
            };
        }
    }

    /// <summary>Compares what the rows are known to follow with what they should, and stores the work that is left.</summary>
    private async Task OweAsync(
        TablePlan plan, MappedObject mapped, NpgsqlConnection connection, bool isAtRest, CancellationToken cancellationToken)
    {
        var filter = plan.Asked.Filter;
        var progress = await progressTable.ReadAsync(connection, mapped.Name, cancellationToken);
        var isLoaded = progress.CursorStamp is not null;
        var added = (plan.Difference?.Missing ?? []).Select(column => column.Name).ToHashSet(StringComparer.Ordinal);
        var known = plan.Content
            ?? new TableContent(isLoaded ? [.. mapped.Columns.Where(name => !added.Contains(name))] : mapped.Columns, filter);
        var kept = known.Columns.Where(name => mapped.Columns.Contains(name, StringComparer.Ordinal) && !added.Contains(name)).ToList();
        var owed = mapped.Columns.Except(kept, StringComparer.Ordinal).ToList();
        if (!isLoaded && isAtRest && (owed.Count > 0 || kept.Count < known.Columns.Count || known.Filter != filter))
        {
            // The query of the load asks for what was mapped before; the load begins anew and brings every column.
            if (progress.JobId is not null)
                await progressTable.SaveAsync(connection, progress.MoveTo(MappingState.Initial) with { JobId = null }, cancellationToken);
            (kept, owed) = ([.. mapped.Columns], []);
        }

        await refreshes.SaveContentAsync(connection, mapped.Name, new TableContent(kept, known.Filter), cancellationToken);
        if (owed.Count > 0)
            await refreshes.AskAsync(connection, mapped.Name, RefreshKind.Backfill, new TableContent(owed, filter), cancellationToken);
        else
            await refreshes.EndAsync(connection, mapped.Name, [RefreshKind.Backfill], cancellationToken);
        await refreshes.RetargetAsync(connection, mapped.Name, new TableContent(mapped.Columns, filter), cancellationToken);
        if (known.Filter != filter)
            await refreshes.AskAsync(connection, mapped.Name, RefreshKind.Refilter, new TableContent([], filter), cancellationToken);
    }
}
