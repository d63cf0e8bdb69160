namespace Tandem.Server.Api.V1;

/// <summary>
/// What a mapping holds and moves. Counts are those of the last reading, which is asked for anew when it is a minute old.
/// </summary>
internal sealed record MappingMetrics
{
    /// <summary>Null until both sides were counted.</summary>
    public required DateTimeOffset? CountedAt { get; init; }

    public required long? PostgresRows { get; init; }

    /// <summary>Null when the org did not say.</summary>
    public required long? SalesforceRows { get; init; }

    public required long? Queued { get; init; }

    public required long? Failed { get; init; }

    /// <summary>The newest SystemModstamp that was applied, with everything before it; null until the table is loaded.</summary>
    public required DateTimeOffset? Cursor { get; init; }

    /// <summary>How long ago, by the org's clock, what was committed there has surely been asked for; null before the first poll.</summary>
    public required double? CursorLagSeconds { get; init; }

    /// <summary>When the last poll that came to its end began.</summary>
    public required DateTimeOffset? LastPollAt { get; init; }

    /// <summary>When Salesforce answered local changes last.</summary>
    public required DateTimeOffset? LastPushAt { get; init; }

    /// <summary>Rows that came from the org since the connection's shift began.</summary>
    public required long? RowsRead { get; init; }

    /// <summary>Changes that the org took since then.</summary>
    public required long? RowsWritten { get; init; }

    /// <summary>Calls of the org by the whole connection since it was started, for a call may serve several mappings.</summary>
    public required long? ApiCalls { get; init; }
}
