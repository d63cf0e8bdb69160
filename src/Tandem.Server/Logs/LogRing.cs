using Microsoft.Extensions.Logging;

namespace Tandem.Server.Logs;

/// <summary>
/// The newest entries of one connection's log. Readers hold a place of their own and nothing here: whoever is slow finds the oldest
/// gone, and is told how many.
/// </summary>
internal sealed class LogRing(int capacity)
{
    private readonly Lock _lock = new();
    private readonly Queue<KeptLine> _lines = new();
    private TaskCompletionSource? _awaited;
    private long _last;

    /// <summary>The number of the newest entry; 0 before there is one.</summary>
    public long Last
    {
        get
        {
            lock (_lock)
                return _last;
        }
    }

    public void Add(LogLevel level, string? objectName, byte[] json)
    {
        TaskCompletionSource? awaited;
        lock (_lock)
        {
            if (_lines.Count == capacity)
                _lines.Dequeue();
            _lines.Enqueue(new KeptLine(++_last, level, objectName, json));
            (awaited, _awaited) = (_awaited, null);
        }

        awaited?.TrySetResult();
    }

    /// <summary>The kept entries after a number, the oldest first, and how many after it are gone already.</summary>
    /// <param name="number">Not above <see cref="Last"/>.</param>
    public (IReadOnlyList<KeptLine> Lines, long Lost) ReadAfter(long number)
    {
        lock (_lock)
        {
            var lost = Math.Max(0, _last - _lines.Count - number);
            return ([.. _lines.Skip((int)Math.Max(0, number - (_last - _lines.Count)))], lost);
        }
    }

    /// <summary>The number behind which as many entries as are asked for pass the filter, or all that are kept.</summary>
    public long FindTail(int count, LogFilter filter)
    {
        lock (_lock)
        {
            var left = count;
            var last = _lines.Reverse().Where(filter.Takes).TakeWhile(_ => left-- > 0).LastOrDefault();
            return last is null ? _last : last.Number - 1;
        }
    }

    /// <summary>Until there is an entry after the number.</summary>
    public Task WaitAsync(long number, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_last > number)
                return Task.CompletedTask;
            _awaited ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _awaited.Task.WaitAsync(cancellationToken);
        }
    }
}
