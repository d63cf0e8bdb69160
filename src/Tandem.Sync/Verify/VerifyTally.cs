namespace Tandem.Sync.Verify;

/// <summary>
/// What a run has found so far. A window may be read again after a failure, so a row counts once, whatever is said of it again.
/// </summary>
internal sealed class VerifyTally(VerifyReport start, int mostExamples)
{
    private readonly HashSet<string> _counted = new(StringComparer.Ordinal);

    public VerifyReport Report { get; private set; } = start;

    public void Change(Func<VerifyReport, VerifyReport> change) => Report = change(Report);

    public void Note(Difference difference)
    {
        if (!_counted.Add(difference.Sfid))
            return;
        Report = Report with
        {
            Missing = Report.Missing + Count(difference.Kind == DifferenceKind.Missing),
            Surplus = Report.Surplus + Count(difference.Kind == DifferenceKind.Surplus),
            Stale = Report.Stale + Count(difference.Kind == DifferenceKind.Stale),
            Value = Report.Value + Count(difference.Kind == DifferenceKind.Value),
            PassedByPoll = Report.PassedByPoll + Count(difference.WasPassedByPoll),
            Repaired = Report.Repaired + Count(difference.IsRepaired),
            Examples = Report.Examples.Count < mostExamples ? [.. Report.Examples, difference] : Report.Examples,
        };
    }

    public void NoteHeld(string sfid, HoldReason reason)
    {
        if (!_counted.Add(sfid))
            return;
        Report = Report with
        {
            HeldByQueue = Report.HeldByQueue + Count(reason == HoldReason.Queue),
            HeldByWriteError = Report.HeldByWriteError + Count(reason == HoldReason.WriteError),
            HeldByReadError = Report.HeldByReadError + Count(reason == HoldReason.ReadError),
            HeldExamples = Report.HeldExamples.Count < mostExamples ? [.. Report.HeldExamples, sfid] : Report.HeldExamples,
        };
    }

    private static int Count(bool counts) => counts ? 1 : 0;
}
