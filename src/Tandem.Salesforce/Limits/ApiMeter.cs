using System.Collections.Concurrent;

namespace Tandem.Salesforce.Limits;

/// <summary>
/// What a client has used, its own count by purpose and the org's figure from the last answer, and what the org's clock showed then. Fed by
/// the HTTP pipeline.
/// </summary>
internal sealed class ApiMeter(TimeProvider timeProvider)
{
    private readonly ConcurrentDictionary<CallPurpose, CallCounter> _counters = new();
    private volatile ApiUsage? _usage;
    private volatile Tuple<DateTimeOffset, long>? _clock;

    public long CallCount => _counters.Values.Sum(counter => counter.Count);

    public ApiUsage? Usage => _usage;

    /// <summary>The org's clock: the date of its last answer and the time since; null before the first.</summary>
    public DateTimeOffset? OrgNow => _clock is var (date, since) ? date + timeProvider.GetElapsedTime(since) : null;

    public CallCounter CounterOf(CallPurpose purpose) => _counters.GetOrAdd(purpose, static _ => new CallCounter());

    public IReadOnlyDictionary<CallPurpose, long> Read() => _counters.ToDictionary(pair => pair.Key, pair => pair.Value.Count);

    /// <summary>The calls since the last taking; purposes without any are left out.</summary>
    public IReadOnlyList<KeyValuePair<CallPurpose, long>> Take()
    {
        var taken = new List<KeyValuePair<CallPurpose, long>>();
        foreach (var (purpose, counter) in _counters)
        {
            if (counter.Take() is > 0 and var calls)
                taken.Add(new(purpose, calls));
        }

        return taken;
    }

    public void Observe(HttpResponseMessage response)
    {
        if (response.Headers.TryGetValues(ApiUsage.HeaderName, out var values)
            && ApiUsage.TryParse(string.Join(';', values), out var reported))
            _usage = reported;
        if (response.Headers.Date is { } date)
            _clock = Tuple.Create(date, timeProvider.GetTimestamp());
    }
}
