using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Tandem.Simulator.Auth;
using Tandem.Simulator.Http;

namespace Tandem.Simulator.Control;

/// <summary>
/// Stands in front of every door of the org and lets calls meet the faults of the board. Source: salesforce-api.md, sections 0 and 12.
/// </summary>
internal sealed class FaultGate(FaultBoard board, SessionStore sessions, TimeProvider timeProvider, CancellationToken stopping)
{
    private const string HtmlContentType = "text/html;charset=UTF-8";
    private const string DefaultPage = """
        <html><head><title>Server error</title></head>
        <body><h1>We are down for maintenance.</h1><p>Sorry for the inconvenience. We'll be back shortly.</p></body></html>
        """;

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var faults = board.Take(context.Request.Method, context.Request.Path.Value ?? "/");
        foreach (var fault in faults)
            await WaitAsync(fault.Latency, context.RequestAborted);
        await (faults.Count == 0 ? next(context) : MeetAsync(faults[^1], context, next));
    }

    private async Task WaitAsync(TimeSpan latency, CancellationToken cancellationToken)
    {
        if (latency <= TimeSpan.Zero)
            return;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stopping);
        await Task.Delay(latency, timeProvider, either.Token);
    }

    private async Task MeetAsync(FaultRule fault, HttpContext context, RequestDelegate next)
    {
        switch (fault.Kind)
        {
            case FaultKind.Delay:
                await next(context);
                break;
            case FaultKind.RestError:
                SetHeaders(context, fault);
                var code = fault.ErrorCode ?? CodeOf(fault.Status);
                await JsonAnswer.WriteErrorAsync(context, new ApiException(fault.Status, code, fault.Message ?? SentenceOf(code)));
                break;
            case FaultKind.HtmlPage:
                await AnswerAsync(context, fault, fault.Body ?? DefaultPage, fault.ContentType ?? HtmlContentType);
                break;
            case FaultKind.Answer:
                await AnswerAsync(context, fault, fault.Body ?? "", fault.ContentType);
                break;
            case FaultKind.CutBeforeHandling:
                context.Features.Set(new CutConnection());
                break;
            case FaultKind.CutBeforeAnswer:
                context.Response.Body = Stream.Null;
                context.Features.Set(new CutConnection());
                await next(context);
                break;
            case FaultKind.TruncateAnswer:
                await HalveAsync(context, next, whole => Math.Max(1, whole));
                break;
            case FaultKind.EndAnswerEarly:
                await HalveAsync(context, next, whole => whole / 2);
                break;
            case FaultKind.ExpireSession:
                sessions.Revoke(AccessToken.OfBulk(context.Request) ?? AccessToken.OfStreaming(context.Request) ?? "");
                context.Features.Set(new SessionExpiry());
                await next(context);
                break;
            default:
                throw new InvalidOperationException($"The fault {fault.Id} is of an unknown kind: {fault.Kind}.");
        }
    }

    private static async Task AnswerAsync(HttpContext context, FaultRule fault, string body, string? contentType)
    {
        SetHeaders(context, fault);
        context.Response.StatusCode = fault.Status;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = Encoding.UTF8.GetByteCount(body);
        await context.Response.WriteAsync(body, context.RequestAborted);
    }

    private static void SetHeaders(HttpContext context, FaultRule fault)
    {
        foreach (var (name, value) in fault.Headers)
            context.Response.Headers[name] = value;
    }

    /// <summary>The answer brings half of its body; when it has told another length, the server ends the connection by itself.</summary>
    /// <param name="tell">The length that it tells, of the whole one.</param>
    private static async Task HalveAsync(HttpContext context, RequestDelegate next, Func<long, long> tell)
    {
        var real = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        using var whole = new MemoryStream();
        context.Response.Body = whole;
        await next(context);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
        context.Features.Set(real);
        context.Response.ContentLength = tell(whole.Length);
        await context.Response.Body.WriteAsync(whole.GetBuffer().AsMemory(0, (int)whole.Length / 2), context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    private static string CodeOf(int status) => status switch
    {
        400 => "INVALID_REQUEST",
        401 => "INVALID_SESSION_ID",
        403 => "REQUEST_LIMIT_EXCEEDED",
        404 => "NOT_FOUND",
        409 => "CONFLICT",
        410 => "GONE",
        428 => "PRECONDITION_REQUIRED",
        429 => "REQUEST_LIMIT_EXCEEDED",
        502 or 503 => "SERVER_UNAVAILABLE",
        _ => "UNKNOWN_EXCEPTION",
    };

    private static string SentenceOf(string code) => code switch
    {
        "INVALID_SESSION_ID" => "Session expired or invalid",
        "REQUEST_LIMIT_EXCEEDED" => "TotalRequests Limit exceeded.",
        "NOT_FOUND" => "The requested resource does not exist",
        "SERVER_UNAVAILABLE" => "The server is temporarily unavailable. Please try again later.",
        _ => "An unexpected error occurred. Please include this ErrorId if you contact support.",
    };
}
