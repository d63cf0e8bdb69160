namespace Tandem.Sync.States;

/// <summary>The legal moves between mapping states, and their stored spelling. Pure: whoever stores a state asks here first.</summary>
public static class MappingMoves
{
    /// <summary>True when a mapping may go from one state to the other; staying is always legal.</summary>
    public static bool IsLegal(MappingState from, MappingState to) => from == to || (from, to) switch
    {
        (MappingState.Initial, MappingState.WaitBulkLoad) => true,
        (MappingState.WaitBulkLoad, MappingState.LoadingBulkJob or MappingState.Initial) => true,
        (MappingState.LoadingBulkJob, MappingState.DataSynced or MappingState.Initial) => true,
        (MappingState.DataSynced, MappingState.PollingSfChanges or MappingState.ReloadTable) => true,
        (MappingState.PollingSfChanges, MappingState.DataSynced or MappingState.WaitBulkUpdate or MappingState.ReloadTable) => true,
        (MappingState.WaitBulkUpdate, MappingState.PollingSfBulk or MappingState.PollingSfChanges) => true,
        (MappingState.PollingSfBulk, MappingState.DataSynced or MappingState.PollingSfChanges) => true,
        (MappingState.ReloadTable, MappingState.DataSynced or MappingState.PollingSfChanges) => true,
        (_, MappingState.SystemError) => true,
        (MappingState.SystemError, _) => true,
        _ => false,
    };

    /// <exception cref="InvalidOperationException">The move is illegal: a defect in the caller.</exception>
    public static MappingState Move(MappingState from, MappingState to) =>
        IsLegal(from, to) ? to : throw new InvalidOperationException($"A mapping cannot go from {ToText(from)} to {ToText(to)}.");

    /// <summary>The contract's spelling, as stored and shown.</summary>
    public static string ToText(MappingState state) => state switch
    {
        MappingState.Initial => "INITIAL",
        MappingState.WaitBulkLoad => "WAIT_BULK_LOAD",
        MappingState.LoadingBulkJob => "LOADING_BULK_JOB",
        MappingState.DataSynced => "DATA_SYNCED",
        MappingState.PollingSfChanges => "POLLING_SF_CHANGES",
        MappingState.WaitBulkUpdate => "WAIT_BULK_UPDATE",
        MappingState.PollingSfBulk => "POLLING_SF_BULK",
        MappingState.ReloadTable => "RELOAD_TABLE",
        MappingState.SystemError => "SYSTEM_ERROR",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "Not a state of a mapping."),
    };

    public static MappingState Parse(string text) =>
        Enum.GetValues<MappingState>().Where(state => ToText(state) == text).Cast<MappingState?>().FirstOrDefault()
        ?? throw new InvalidOperationException($"tandem.progress holds the state {text}, which this program does not know.");
}
