using Tandem.Postgres.ChangeLog;

namespace Tandem.Sync.Push;

/// <summary>
/// What becomes of the changes that another one brought along, in the same transaction: MERGED if that was saved; else FAILED for its
/// reason, each with its own values, so that sending all of them again loses nothing.
/// </summary>
internal static class CarriedChanges
{
    /// <param name="settlement">That of the carrying change.</param>
    public static IEnumerable<Settlement> Settle(Outcome outcome, Settlement settlement) => outcome.Change.Carried
        .Select(carried => settlement with
        {
            Change = carried.Id,
            Action = carried.Action,
            State = outcome.Result.IsSaved ? SettledState.Merged : SettledState.Failed,
        })
        .Prepend(settlement);
}
