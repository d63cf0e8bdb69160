namespace Tandem.Salesforce.Limits;

/// <summary>
/// What a client has used, its own count and the org's figure from the last answer, and what the org's clock showed then. Fed by the HTTP
/// pipeline.
/// </summary>
internal sealed class ApiMeter(TimeProvider timeProvider)
{
    private long _callCount;
    private volatile ApiUsage? _usage;
    private volatile Tuple<DateTimeOffset, long>? _clock;

    public long CallCount => Interlocked.Read(ref _callCount);

    public ApiUsage? Usage => _usage;

    /// <summary>The org's clock: the date of its last answer and the time since; null before the first.</summary>
    public DateTimeOffset? OrgNow => _clock is var (date, since) ? date + timeProvider.GetElapsedTime(since) : null;

    public void CountCall()
    {
        Interlocked.Increment(ref _callCount);
        CallTally.CountCall();
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
