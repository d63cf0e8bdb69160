namespace Tandem.Server.Api.V1;

/// <summary>A value that both sides had changed before either knew of the other.</summary>
internal sealed record ConflictView
{
    public required long Id { get; init; }

    /// <summary>Null when the object is no longer mapped.</summary>
    public required string? ObjectName { get; init; }

    public required string TableName { get; init; }

    public required string Sfid { get; init; }

    /// <summary>Null when the record was deleted in Salesforce; then local_value is its row as JSON.</summary>
    public required string? Column { get; init; }

    public required string? LocalValue { get; init; }

    public required string? SalesforceValue { get; init; }

    public required ConflictWinner Winner { get; init; }

    public required DateTimeOffset DecidedAt { get; init; }
}
