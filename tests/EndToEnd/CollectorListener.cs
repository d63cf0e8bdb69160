using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Tandem.Tests.EndToEnd;

/// <summary>
/// A collector of OTLP over HTTP: keeps what is posted to it. Names stand in protobuf as they are, so that a test finds them in the bytes.
/// </summary>
internal sealed class CollectorListener : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Path, string Text)> _posts = new();

    private CollectorListener(WebApplication app) => _app = app;

    public string Address => _app.Urls.First();

    public static async Task<CollectorListener> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var listener = new CollectorListener(builder.Build());
        listener._app.Run(async http =>
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body, http.RequestAborted);
            listener._posts.Enqueue(($"{http.Request.ContentType} {http.Request.Path}", Encoding.Latin1.GetString(body.ToArray())));
        });
        await listener._app.StartAsync(cancellationToken);
        return listener;
    }

    /// <summary>All that was posted to a path, such as <c>/v1/traces</c>, in protobuf.</summary>
    public string TextOf(string path) =>
        string.Concat(_posts.Where(post => post.Path == $"application/x-protobuf {path}").Select(post => post.Text));

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
