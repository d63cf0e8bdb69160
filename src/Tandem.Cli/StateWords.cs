using Tandem.Sync.States;

namespace Tandem.Cli;

/// <summary>The words that people read for a mapping's state. Source: heroku-connect.md, section 10.2.</summary>
internal static class StateWords
{
    public static string Of(MappingState state) => state switch
    {
        MappingState.Initial => "Creating",
        MappingState.WaitBulkLoad => "Waiting for bulk job",
        MappingState.LoadingBulkJob => "Loading",
        // A poll takes milliseconds: a table that flickers between two words tells less than one that does not.
        MappingState.DataSynced or MappingState.PollingSfChanges => "OK",
        MappingState.ReloadTable => "Reloading",
        MappingState.SystemError => "Error",
        _ => state.ToString(),
    };
}
