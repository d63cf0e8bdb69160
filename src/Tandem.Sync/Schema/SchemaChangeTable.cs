using Npgsql;

namespace Tandem.Sync.Schema;

/// <summary>
/// What changed in the org's schema, in <c>tandem.schema_change</c>: noted once, shown while it is open, kept as history afterwards.
/// </summary>
public sealed class SchemaChangeTable(string schema)
{
    /// <summary>
    /// Notes what a look at an object found, within the connection's open transaction: new changes begin, those that it did not find
    /// any more are settled. Doing it twice changes nothing.
    /// </summary>
    public async Task NoteAsync(
        NpgsqlConnection connection, string objectName, IReadOnlyList<SchemaChange> changes, CancellationToken cancellationToken)
    {
        var open = changes.Where(change => !change.IsSettled).ToList();
        await using (var settle = Command(connection, "settle_schema_changes", objectName))
        {
            settle.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. open.Select(change => ToText(change.Kind))] });
            settle.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. open.Select(change => change.Field)] });
            await settle.ExecuteNonQueryAsync(cancellationToken);
        }

        foreach (var change in changes)
        {
            await using var add = Command(connection, "add_schema_change", objectName);
            add.Parameters.Add(new NpgsqlParameter<string> { TypedValue = change.Field });
            add.Parameters.Add(new NpgsqlParameter<string> { TypedValue = ToText(change.Kind) });
            add.Parameters.Add(new NpgsqlParameter<string> { TypedValue = change.Message });
            add.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = change.IsSettled });
            await add.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    /// <summary>The changes of an object that wait for a person.</summary>
    public async Task<IReadOnlyList<SchemaChange>> ListOpenAsync(
        NpgsqlConnection connection, string objectName, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, "list_schema_changes", objectName);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var changes = new List<SchemaChange>();
        while (await reader.ReadAsync(cancellationToken))
        {
            changes.Add(new SchemaChange
            {
                Kind = Enum.GetValues<SchemaChangeKind>().Single(kind => ToText(kind) == reader.GetString(0)),
                Field = reader.GetString(1),
                Message = reader.GetString(2),
            });
        }

        return changes;
    }

    private NpgsqlCommand Command(NpgsqlConnection connection, string name, string objectName) => new(
        SqlFile.Read($"Schema/{name}.sql"), connection)
    {
        Parameters =
        {
            new NpgsqlParameter<string> { TypedValue = schema },
            new NpgsqlParameter<string> { TypedValue = objectName },
        },
    };

    private static string ToText(SchemaChangeKind kind) => kind switch
    {
        SchemaChangeKind.ObjectGone => "OBJECT_GONE",
        SchemaChangeKind.FieldAdded => "FIELD_ADDED",
        SchemaChangeKind.FieldLost => "FIELD_LOST",
        SchemaChangeKind.FieldRetyped => "FIELD_RETYPED",
        SchemaChangeKind.FieldWidened => "FIELD_WIDENED",
        SchemaChangeKind.ColumnBlocked => "COLUMN_BLOCKED",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a kind of schema change."),
    };
}
