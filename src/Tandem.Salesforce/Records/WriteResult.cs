namespace Tandem.Salesforce.Records;

/// <summary>
/// What became of one row of a write: saved, or rejected with a code. A rejected row is an expected outcome, not an exception.
/// Source: salesforce-api.md, section 2.8.
/// </summary>
public sealed record WriteResult
{
    private WriteResult()
    {
    }

    /// <summary>Of a row that needed no write: saved as it is, without an id.</summary>
    public static WriteResult Unneeded { get; } = new() { IsSaved = true };

    /// <summary>The row's id; null when it was rejected before it had one.</summary>
    public SalesforceId? Id { get; private init; }

    public bool IsSaved { get; private init; }

    /// <summary>The write made a new record: each create, and an upsert that matched none.</summary>
    public bool IsCreated { get; private init; }

    /// <summary>Salesforce's code; null when saved.</summary>
    public string? Code { get; private init; }

    /// <summary>Salesforce's words for the row's owner. They may quote values: into the row, never into a log.</summary>
    public string? Message { get; private init; }

    /// <summary>The fields at fault, as far as Salesforce names them.</summary>
    public IReadOnlyList<string> Fields { get; private init; } = [];

    public static WriteResult Saved(SalesforceId id, bool created) => new() { Id = id, IsSaved = true, IsCreated = created };

    public static WriteResult Rejected(string code, string message, IReadOnlyList<string> fields)
        => new() { Code = code, Message = message, Fields = fields };
}
