using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Salesforce;
using Tandem.Salesforce.Auth;
using Xunit;

namespace Tandem.Tests.Unit.Salesforce;

/// <summary>
/// A server on a free port that answers API requests with the next answer of its script and token requests with token-1, token-2 ..;
/// it keeps all it received. What the script does not foresee is answered with 599 UNSCRIPTED, which no client retries.
/// </summary>
internal sealed class ScriptedOrg : IAsyncDisposable
{
    private const string TokenPath = "/services/oauth2/token";

    private readonly WebApplication _server;
    private readonly ConcurrentQueue<RequestDelegate> _script = new();
    private int _tokens;

    private ScriptedOrg()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.Run(AnswerAsync);
    }

    public ConcurrentQueue<ReceivedRequest> Requests { get; } = new();

    public ConcurrentQueue<ReceivedRequest> TokenRequests { get; } = new();

    public Uri Url => new(_server.Urls.First());

    /// <summary>Replaces the answer to token requests; its argument counts them from 1.</summary>
    public Func<HttpContext, int, Task>? TokenAnswer { get; set; }

    public static async Task<ScriptedOrg> StartAsync()
    {
        var org = new ScriptedOrg();
        await org._server.StartAsync(TestContext.Current.CancellationToken);
        return org;
    }

    /// <summary>Holds an answer back until the client has gone.</summary>
    public static async Task HoldAsync(HttpContext context)
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = context.RequestAborted.Register(() => gone.TrySetCanceled(context.RequestAborted));
        await gone.Task;
    }

    public void Answer(int status, string body, params (string Name, string Value)[] headers) => Answer(async context =>
    {
        context.Response.StatusCode = status;
        foreach (var (name, value) in headers)
            context.Response.Headers[name] = value;
        if (status != StatusCodes.Status204NoContent)
            await context.Response.WriteAsync(body, context.RequestAborted);
    });

    public void Answer(RequestDelegate answer) => _script.Enqueue(answer);

    /// <summary>Receives the next request whole, then cuts the connection without an answer.</summary>
    public void AnswerByCut() => Answer(context =>
    {
        context.Abort();
        return Task.CompletedTask;
    });

    public SalesforceClient Connect(FakeTime? time = null, OAuthGrant? grant = null, int maxRetries = 4) => new(
        new SalesforceOptions { LoginUrl = Url, MaxRetries = maxRetries },
        grant ?? OAuthGrant.ClientCredentials("client", "secret"),
        time ?? new FakeTime(),
        NullLoggerFactory.Instance);

    public static string TokenBody(Uri instance, string token) => $$"""
        {"access_token":"{{token}}","instance_url":"{{instance.ToString().TrimEnd('/')}}","token_type":"Bearer",
         "issued_at":"1278448832702",
         "id":"https://login.salesforce.com/id/00Dxx0000000001EAA/005xx000001SwiUAAS","signature":"c2ln","scope":"api"}
        """;

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        var headers = new HeaderDictionary(context.Request.Headers.ToDictionary());
        var request = new ReceivedRequest(context.Request.Method, target, headers, body);
        if (context.Request.Path == TokenPath)
        {
            TokenRequests.Enqueue(request);
            var number = Interlocked.Increment(ref _tokens);
            if (TokenAnswer is { } answer)
                await answer(context, number);
            else
                await context.Response.WriteAsync(TokenBody(Url, $"token-{number}"), context.RequestAborted);
            return;
        }

        Requests.Enqueue(request);
        if (_script.TryDequeue(out var next))
        {
            await next(context);
            return;
        }

        context.Response.StatusCode = 599;
        await context.Response.WriteAsync("""[{"errorCode":"UNSCRIPTED","message":"not in the script"}]""", context.RequestAborted);
    }
}
