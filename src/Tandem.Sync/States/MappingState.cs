namespace Tandem.Sync.States;

/// <summary>
/// Where a mapping stands, in the words of the contract (heroku-connect.md, section 10.2). Stored in <c>tandem.progress</c>.
/// The legal moves are in <see cref="MappingMoves"/>.
/// </summary>
public enum MappingState
{
    /// <summary>Set when the mapping is first seen: its table is being made. A restart begins here again.</summary>
    Initial,

    /// <summary>Set when the load's query job was created, with the job's id. A restart waits for the same job.</summary>
    WaitBulkLoad,

    /// <summary>Set with the first page of results. A restart goes on behind the last committed page.</summary>
    LoadingBulkJob,

    /// <summary>Set when the table holds what the last load or poll read. A restart polls from the stored cursor.</summary>
    DataSynced,

    /// <summary>Set while a poll reads changes. A restart polls from the stored cursor.</summary>
    PollingSfChanges,

    /// <summary>Set when a poll found much and made a query job for it. A restart waits for the same job.</summary>
    WaitBulkUpdate,

    /// <summary>Set with the first rows of that job. A restart reads its first page that is not stored as done, and those behind.</summary>
    PollingSfBulk,

    /// <summary>Set while a loaded table is read anew or brought to another shape. A restart goes on from <c>tandem.refresh</c>.</summary>
    ReloadTable,

    /// <summary>Set when only a person can help; the description says how. A restart tries again.</summary>
    SystemError,
}
