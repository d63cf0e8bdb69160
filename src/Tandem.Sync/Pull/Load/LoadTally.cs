namespace Tandem.Sync.Pull.Load;

/// <summary>
/// Counts the rows of a load while they go in, by any number of pages at once, and tells its <see cref="Progress"/> as a person wants to
/// see it: how many of how many, how fast, how long yet. Rows count from when they are sent, and no longer when their page fails.
/// </summary>
internal sealed class LoadTally
{
    private readonly Progress _progress;
    private readonly Action<Progress> _report;
    private readonly TimeProvider _timeProvider;
    private readonly long _started;
    private long _rows;

    public LoadTally(Progress progress, Action<Progress> report, TimeProvider timeProvider)
    {
        _progress = progress;
        _report = report;
        _timeProvider = timeProvider;
        _started = timeProvider.GetTimestamp();
    }

    /// <summary>The progress as of now; its rate is that of this run, not of what an earlier one had loaded.</summary>
    public Progress Progress
    {
        get
        {
            var rows = Interlocked.Read(ref _rows);
            var seconds = _timeProvider.GetElapsedTime(_started).TotalSeconds;
            return _progress with
            {
                RowsLoaded = _progress.RowsLoaded + rows,
                RowsPerSecond = rows > 0 && seconds > 0 ? rows / seconds : null,
            };
        }
    }

    /// <param name="rows">Sent since the last call; less than zero for those of a page that failed.</param>
    public void Add(long rows)
    {
        Interlocked.Add(ref _rows, rows);
        _report(Progress);
    }
}
