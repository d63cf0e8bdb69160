namespace Tandem.Salesforce.Limits;

/// <summary>What a client has used: its own count and the org's figure from the last answer. Fed by the HTTP pipeline.</summary>
internal sealed class ApiMeter
{
    private long _callCount;
    private volatile ApiUsage? _usage;

    public long CallCount => Interlocked.Read(ref _callCount);

    public ApiUsage? Usage => _usage;

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
    }
}
