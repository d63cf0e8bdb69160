using Npgsql;
using Tandem.Postgres;

namespace Tandem.Sync.Catalog;

/// <summary>
/// The requests of one schema, in <c>tandem.request</c>: the command line and other front ends write them, the shift that works the
/// schema takes them. One that a crash left under way is taken again by the next shift, so each kind must stand being done twice.
/// </summary>
public sealed class RequestTable(NpgsqlDataSource dataSource, string schema)
{
    /// <summary>Announces each change of the table, the schema as its payload.</summary>
    public const string Channel = "tandem.request";

    /// <param name="objectName">Null for every mapping.</param>
    /// <param name="options">A JSON object.</param>
    public async Task<long> AskAsync(RequestKind kind, string? objectName, string options, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(SqlFile.Read("Catalog/add_request.sql"));
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = schema });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = objectName });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = ToText(kind) });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = options });
        return await command.ExecuteScalarAsync(cancellationToken) is long id
            ? id
            : throw new InvalidOperationException("An insert into tandem.request gave no id.");
    }

    /// <summary>The oldest open request that is not among those under way here; null when there is none.</summary>
    public async Task<Request?> TakeAsync(IReadOnlyCollection<long> underWay, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(SqlFile.Read("Catalog/take_request.sql"));
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = schema });
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. underWay] });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
            return null;
        return new Request
        {
            Id = reader.GetInt64(0),
            ObjectName = reader.GetTextOrNull(1),
            Kind = Enum.Parse<RequestKind>(reader.GetString(2), ignoreCase: true),
            Options = reader.GetString(3),
        };
    }

    public async Task FinishAsync(long id, RequestOutcome outcome, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(SqlFile.Read("Catalog/finish_request.sql"));
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id });
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = outcome.Succeeded });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = outcome.Sentence });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = outcome.Detail });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <exception cref="InvalidOperationException">Somebody removed the request.</exception>
    public async Task<RequestStatus> ReadAsync(long id, CancellationToken cancellationToken)
    {
        await using var session = await dataSource.OpenConnectionAsync(cancellationToken);
        return await FindAsync(session, schema, id, cancellationToken)
            ?? throw new InvalidOperationException($"The request {id} is gone from tandem.request.");
    }

    /// <summary>Null when the schema has no request of this id.</summary>
    public static async Task<RequestStatus?> FindAsync(
        NpgsqlConnection session, string schema, long id, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SqlFile.Read("Catalog/read_request.sql"), session);
        command.Parameters.AddValues(id, schema);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
            return null;
        var outcome = await reader.IsDBNullAsync(1, cancellationToken)
            ? null
            : new RequestOutcome(reader.GetBoolean(1), reader.GetString(2)) { Detail = reader.GetTextOrNull(3) };
        return new RequestStatus(reader.GetBoolean(0), outcome);
    }

    private static string ToText(RequestKind kind) => kind switch
    {
        RequestKind.Reload => "reload",
        RequestKind.Recover => "recover",
        RequestKind.Verify => "verify",
        RequestKind.Import => "import",
        RequestKind.Remove => "remove",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a kind of request."),
    };
}
