using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Tandem.Tests.Integration.Server;

namespace Tandem.Tests.Integration.Notify;

/// <summary>A small server that takes posts, answers them with the statuses that it is told, and then with 204.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private WebhookReceiver(WebApplication app) => _app = app;

    /// <summary>The answers to come; empty answers 204.</summary>
    public ConcurrentQueue<int> Statuses { get; } = new();

    /// <summary>Body, signature and path of each post.</summary>
    public ConcurrentQueue<(string Body, string Signature, string Path)> Posts { get; } = new();

    public Uri Address => new(new Uri(_app.Urls.First()), "/hook");

    public static async Task<WebhookReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new WebhookReceiver(builder.Build());
        receiver._app.Run(receiver.TakeAsync);
        await receiver._app.StartAsync(CatalogWorld.Token);
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var body = await reader.ReadToEndAsync(CatalogWorld.Token);
        Posts.Enqueue((body, $"{http.Request.Headers["Tandem-Signature"]}", $"{http.Request.Path}"));
        http.Response.StatusCode = Statuses.TryDequeue(out var status) ? status : 204;
        if (http.Response.StatusCode is >= 300 and < 400)
            http.Response.Headers.Location = "/elsewhere";
    }
}
