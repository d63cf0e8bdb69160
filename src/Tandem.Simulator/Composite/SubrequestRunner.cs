using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Tandem.Simulator.Data;
using Tandem.Simulator.Http;

namespace Tandem.Simulator.Composite;

/// <summary>
/// Sends the requests within a call through the server's own routing, so that each is answered as if it had come by itself: same
/// endpoints, same errors, the session of the call around it, but no second count against the day's calls.
/// </summary>
internal sealed class SubrequestRunner(ErrorAnswers errors)
{
    private static readonly string[] AnsweredHeaders = ["Location", "ETag", "Last-Modified"];

    private RequestDelegate? _pipeline;

    /// <summary>Takes the part of the server's pipeline that routes; to be called while the pipeline is put together.</summary>
    public RequestDelegate Capture(RequestDelegate pipeline)
    {
        _pipeline = pipeline;
        return pipeline;
    }

    public async Task<Subresponse> RunAsync(HttpContext outer, Subrequest request, OrgTransaction? transaction)
    {
        if (_pipeline is not { } pipeline)
            throw new InvalidOperationException("A request came before the server's pipeline stood.");
        using var answer = new MemoryStream();
        var answerBody = new StreamResponseBodyFeature(answer);
        var context = Build(outer, request, answerBody);
        if (transaction is not null)
            context.Features.Set(transaction);
        await errors.InvokeAsync(context, pipeline);
        await answerBody.CompleteAsync();
        return Read(context.Response, answer);
    }

    private static DefaultHttpContext Build(HttpContext outer, Subrequest request, StreamResponseBodyFeature answerBody)
    {
        var split = request.Url.IndexOf('?', StringComparison.Ordinal);
        var path = split < 0 ? request.Url : request.Url[..split];
        var body = request.HasBody ? JsonSerializer.SerializeToUtf8Bytes(request.Body) : [];
        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(new HttpRequestFeature
        {
            Method = request.Method,
            Scheme = outer.Request.Scheme,
            Protocol = outer.Request.Protocol,
            Path = CleanPath.Of(PathString.FromUriComponent(path)).Value ?? "/",
            QueryString = split < 0 ? "" : request.Url[split..],
            RawTarget = request.Url,
            Headers = Headers(outer.Request, request, body.Length),
            Body = new MemoryStream(body, writable: false),
        });
        features.Set<IHttpResponseFeature>(new HttpResponseFeature());
        features.Set<IHttpResponseBodyFeature>(answerBody);
        features.Set(outer.Features.Get<IHttpRequestLifetimeFeature>());
        features.Set(ApiRequest.Session(outer));
        return new DefaultHttpContext(features) { RequestServices = outer.RequestServices, TraceIdentifier = outer.TraceIdentifier };
    }

    private static HeaderDictionary Headers(HttpRequest outer, Subrequest request, int bodyLength)
    {
        var headers = new HeaderDictionary { ["Host"] = outer.Host.Value, ["Authorization"] = outer.Headers.Authorization };
        foreach (var (name, value) in request.InheritsOptions ? outer.Headers : new HeaderDictionary())
        {
            if (name.StartsWith("Sforce-", StringComparison.OrdinalIgnoreCase))
                headers[name] = value;
        }

        foreach (var (name, value) in request.Headers)
            headers[name] = value;
        if (bodyLength == 0)
            return headers;
        headers["Content-Type"] = JsonAnswer.ContentType;
        headers.ContentLength = bodyLength;
        return headers;
    }

    private static Subresponse Read(HttpResponse response, MemoryStream answer)
    {
        var headers = AnsweredHeaders.Where(name => response.Headers.ContainsKey(name))
            .Select(name => (name, response.Headers[name].ToString())).ToList();
        if (answer.Length == 0)
            return new Subresponse { Status = response.StatusCode, Headers = headers };
        if (response.ContentType?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) != true)
            return Subresponse.Error(400, "INVALID_INPUT", "The content of files cannot be read within another request");
        var reader = new Utf8JsonReader(answer.GetBuffer().AsSpan(0, (int)answer.Length));
        return new Subresponse { Status = response.StatusCode, Headers = headers, Body = JsonElement.ParseValue(ref reader) };
    }
}
