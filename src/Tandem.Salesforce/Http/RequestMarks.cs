using Tandem.Salesforce.Limits;

namespace Tandem.Salesforce.Http;

/// <summary>What the pipeline must know of a request beyond its method; set where the request is made.</summary>
internal static class RequestMarks
{
    private static readonly HttpRequestOptionsKey<bool> ReadOnlyKey = new("tandem.read-only");
    private static readonly HttpRequestOptionsKey<bool> StreamedKey = new("tandem.streamed");
    private static readonly HttpRequestOptionsKey<CallCounter> CounterKey = new("tandem.counter");

    /// <summary>Each attempt of the request counts there.</summary>
    public static void CountBy(this HttpRequestMessage request, CallCounter counter) => request.Options.Set(CounterKey, counter);

    /// <summary>Counts an attempt.</summary>
    public static void CountAttempt(this HttpRequestMessage request)
    {
        if (request.Options.TryGetValue(CounterKey, out var counter))
            counter.Add();
    }

    /// <summary>For a POST that only carries a question too long for an address.</summary>
    public static void MarkReadOnly(this HttpRequestMessage request) => request.Options.Set(ReadOnlyKey, true);

    /// <summary>The answer's body is handed on as it arrives instead of being buffered.</summary>
    public static void MarkStreamed(this HttpRequestMessage request) => request.Options.Set(StreamedKey, true);

    public static bool IsStreamed(this HttpRequestMessage request) => request.Options.TryGetValue(StreamedKey, out var marked) && marked;

    public static bool IsReadOnly(this HttpRequestMessage request)
        => request.Method == HttpMethod.Get
            || request.Method == HttpMethod.Head
            || (request.Options.TryGetValue(ReadOnlyKey, out var marked) && marked);

    /// <summary>
    /// Sending it twice does what sending it once does. A Collections DELETE belongs here: repeated, its rows answer ENTITY_IS_DELETED,
    /// which callers count as deleted.
    /// </summary>
    public static bool IsRepeatable(this HttpRequestMessage request)
        => request.IsReadOnly() || request.Method == HttpMethod.Put || request.Method == HttpMethod.Delete;
}
