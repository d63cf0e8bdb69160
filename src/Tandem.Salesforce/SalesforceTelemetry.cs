using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;

namespace Tandem.Salesforce;

/// <summary>
/// The span and the histogram of each call of an org, by the runtime's own means: whoever wants them listens by
/// <see cref="SourceName"/>. They name hosts and APIs; queries, ids and tokens are in neither.
/// </summary>
public static class SalesforceTelemetry
{
    /// <summary>Of the spans and of the histogram.</summary>
    public const string SourceName = "Tandem.Salesforce";

    /// <summary>Seconds; counts the calls too.</summary>
    public const string CallDuration = "tandem.salesforce.call.duration";

    private const string MethodTag = "http.request.method";
    private const string HostTag = "server.address";
    private const string StatusTag = "http.response.status_code";
    private const string ErrorTag = "error.type";
    private const string ApiTag = "tandem.api";

    /// <summary>In a path such as <c>/services/data/v67.0/composite/sobjects</c>: the API stands behind the version.</summary>
    private const int ApiSegment = 4;

    private static readonly ActivitySource Source = new(SourceName);
    private static readonly Meter Meter = new(SourceName);

    private static readonly Histogram<double> Durations = Meter.CreateHistogram<double>(
        CallDuration, "s", "Calls of the org, from the request to the end of what is read at once of the answer.");

    /// <summary>Makes one call within a span.</summary>
    internal static async Task<HttpResponseMessage> TraceAsync(
        HttpRequestMessage request, TimeProvider timeProvider, Func<Task<HttpResponseMessage>> send)
    {
        using var activity = Source.StartActivity(request.Method.Method, ActivityKind.Client);
        if (activity is null && !Durations.Enabled)
            return await send();
        var started = timeProvider.GetTimestamp();
        var tags = new TagList
        {
            { MethodTag, request.Method.Method }, { HostTag, request.RequestUri?.Host }, { ApiTag, ApiOf(request.RequestUri) },
        };
        try
        {
            var response = await send();
            var status = (int)response.StatusCode;
            tags.Add(StatusTag, status);
            if (status >= 400)
                NoteFailure(activity, ref tags, status.ToString(CultureInfo.InvariantCulture));
            return response;
        }
        catch (Exception exception)
        {
            NoteFailure(activity, ref tags, exception.GetType().Name);
            throw;
        }
        finally
        {
            foreach (var (name, value) in tags)
                activity?.SetTag(name, value);
            Durations.Record(timeProvider.GetElapsedTime(started).TotalSeconds, tags);
        }
    }

    private static void NoteFailure(Activity? activity, ref TagList tags, string error)
    {
        tags.Add(ErrorTag, error);
        activity?.SetStatus(ActivityStatusCode.Error, error);
    }

    private static string ApiOf(Uri? address) => address?.Segments is { Length: > ApiSegment } segments && segments[1] == "services/"
        ? segments[ApiSegment].TrimEnd('/')
        : "other";
}
