namespace Tandem.Sync.Faults;

/// <summary>
/// Every failpoint of the program, in the order of a row's way, so that a wrong name can be told. A test holds the list against the
/// sources.
/// </summary>
public static class FailpointNames
{
    public static readonly IReadOnlyList<string> All =
    [
        "prepare.table.made",
        "load.job.created",
        "load.job.saved",
        "load.page.copied",
        "load.page.committed",
        "load.indexes.made",
        "load.done",
        "pull.begun",
        "poll.page.merged",
        "poll.page.committed",
        "deletes.merged",
        "deletes.committed",
        "deletes.covered",
        "pull.ended",
        "push.claimed",
        "push.recovering",
        "push.sent",
        "push.settling",
        "push.settled",
    ];
}
