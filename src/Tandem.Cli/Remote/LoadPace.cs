namespace Tandem.Cli.Remote;

/// <summary>Reckons from the steps of a load how fast it goes and how long it will take, and says it in a line.</summary>
internal sealed class LoadPace(TimeProvider timeProvider)
{
    private readonly Dictionary<string, (long Stamp, long Rows)> _first = new(StringComparer.Ordinal);

    /// <summary>Such as <c>Contact: 12,000 of 40,000 rows, 3,000/s, 10 s left</c>.</summary>
    public string Describe(LoadStep step)
    {
        var line = step.Total is { } total
            ? $"{step.ObjectName}: {Screens.Number(step.Done)} of {Screens.Number(total)} rows"
            : $"{step.ObjectName}: {Screens.Number(step.Done)} rows";
        if (!_first.TryGetValue(step.ObjectName, out var first) || step.Done < first.Rows)
        {
            _first[step.ObjectName] = (timeProvider.GetTimestamp(), step.Done);
            return line;
        }

        var seconds = timeProvider.GetElapsedTime(first.Stamp).TotalSeconds;
        var rate = seconds > 0 ? (step.Done - first.Rows) / seconds : 0;
        if (rate <= 0)
            return line;
        line += $", {Screens.Number((long)rate)}/s";
        return step.Total is { } all ? $"{line}, {Screens.Number((long)Math.Ceiling(Math.Max(0, all - step.Done) / rate))} s left" : line;
    }
}
