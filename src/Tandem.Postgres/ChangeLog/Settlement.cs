namespace Tandem.Postgres.ChangeLog;

/// <summary>What became of one claimed change, to be written to its log entry and its row.</summary>
public sealed record Settlement
{
    public required ChangeId Change { get; init; }

    public required string Table { get; init; }

    public required int RecordId { get; init; }

    public required ChangeAction Action { get; init; }

    public required SettledState State { get; init; }

    /// <summary>The id of the record that was written, or that the refused change was sent for; null when neither is known.</summary>
    public string? Sfid { get; init; }

    /// <summary>
    /// The record's present values are merged in the same transaction, which gives the row its status; an update then needs no write here.
    /// </summary>
    public bool IsMerged { get; init; }

    /// <summary>For the log's <c>sf_result</c>.</summary>
    public int? Result { get; init; }

    /// <summary>For the log, as Salesforce worded it.</summary>
    public string? Message { get; init; }

    /// <summary>For the row's <c>_hc_err</c>: a JSON object.</summary>
    public string? ErrorJson { get; init; }
}
