using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Tandem.Testing;

/// <summary>
/// An HTTP proxy before a simulated org that loses requests or answers exactly where a test plans it: each planned fault strikes one
/// request, by method, a part of the address and count. What is not planned passes unchanged.
/// </summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly HttpMessageInvoker _target;
    private readonly Uri _targetAddress;
    private readonly Lock _lock = new();
    private readonly List<FaultPoint> _points = [];
    private readonly List<string> _requests = [];

    private FaultProxy(WebApplication application, Uri targetAddress)
    {
        _application = application;
        _targetAddress = targetAddress;
        _target = new HttpMessageInvoker(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
    }

    /// <summary>Where clients find the proxied org.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1");

    /// <summary>Method and address of each request so far, those that were cut too.</summary>
    public IReadOnlyList<string> Requests
    {
        get
        {
            lock (_lock)
            {
                return [.. _requests];
            }
        }
    }

    public static async Task<FaultProxy> StartAsync(Uri target, CancellationToken cancellationToken = default)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            // A busy machine is slow, which is no fault that a test has planned.
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        var application = builder.Build();
        var proxy = new FaultProxy(application, target);
        application.Run(proxy.PassAsync);
        await application.StartAsync(cancellationToken);
        var features = application.Services.GetRequiredService<IServer>().Features;
        proxy.Address = new Uri(features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());
        return proxy;
    }

    /// <summary>Plans a fault for the next request that fits, after <paramref name="skip"/> that pass.</summary>
    public FaultPoint Plan(FaultPlace place, string method, string pathPart, int skip = 0)
    {
        var point = new FaultPoint(place, method, pathPart, skip);
        lock (_lock)
        {
            _points.Add(point);
        }

        return point;
    }

    public async ValueTask DisposeAsync()
    {
        List<FaultPoint> points;
        lock (_lock)
        {
            points = [.. _points];
        }

        points.ForEach(point => point.Release());
        await _application.DisposeAsync();
        _target.Dispose();
    }

    private async Task PassAsync(HttpContext context)
    {
        var point = Take(context.Request.Method, context.Request.GetEncodedPathAndQuery());
        if (point is { Place: FaultPlace.CutRequest })
        {
            Cut(context, point);
            return;
        }

        using var request = await CopyRequestAsync(context.Request, context.RequestAborted);
        using var answer = await _target.SendAsync(request, context.RequestAborted);
        var body = await answer.Content.ReadAsByteArrayAsync(context.RequestAborted);
        switch (point?.Place)
        {
            case FaultPlace.CutAnswer:
                Cut(context, point);
                return;
            case FaultPlace.HoldAnswer:
                point.Strike();
                await point.Released;
                break;
            default:
                break;
        }

        CopyHead(answer, context.Response);
        if (point is { Place: FaultPlace.CutAnswerHalfway })
        {
            // The server closes the connection in order when fewer bytes come than announced, so that this half does arrive.
            context.Response.ContentLength = body.Length;
            await context.Response.Body.WriteAsync(body.AsMemory(0, body.Length / 2), context.RequestAborted);
            point.Strike();
            return;
        }

        // An answer without content, such as 204, takes no write, not even of nothing: the server would close the connection behind it,
        // which a client notices too late when it is just sending its next request.
        if (body.Length > 0)
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    private FaultPoint? Take(string method, string address)
    {
        lock (_lock)
        {
            _requests.Add($"{method} {address}");
            var point = _points.Find(point => point.Takes(method, address));
            if (point is not null)
            {
                _points.Remove(point);
            }

            return point;
        }
    }

    private static void Cut(HttpContext context, FaultPoint point)
    {
        context.Abort();
        point.Strike();
    }

    /// <summary>The host stays the proxy's, so that the addresses in the org's answers lead here again.</summary>
    private async Task<HttpRequestMessage> CopyRequestAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var copy = new HttpRequestMessage(new HttpMethod(request.Method), new Uri(_targetAddress, request.GetEncodedPathAndQuery()));
        if (request.ContentLength is > 0 || request.Headers.TransferEncoding.Count > 0)
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body, cancellationToken);
            copy.Content = new ByteArrayContent(body.ToArray());
        }

        foreach (var (name, values) in request.Headers)
        {
            if (!copy.Headers.TryAddWithoutValidation(name, values.ToArray()))
            {
                copy.Content?.Headers.TryAddWithoutValidation(name, values.ToArray());
            }
        }

        return copy;
    }

    private static void CopyHead(HttpResponseMessage answer, HttpResponse response)
    {
        response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers))
        {
            if (!name.StartsWith("Transfer-", StringComparison.OrdinalIgnoreCase))
            {
                response.Headers[name] = values.ToArray();
            }
        }
    }
}
