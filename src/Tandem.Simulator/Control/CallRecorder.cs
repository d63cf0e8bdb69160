using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tandem.Simulator.Auth;
using Tandem.Simulator.Http;

namespace Tandem.Simulator.Control;

/// <summary>The outermost step of every call to the org: keeps count of the calls that are open and writes each into the call
/// log. It dates the answers by the org's clock, as clients reckon with that one.</summary>
internal sealed class CallRecorder(CallLog log, OpenCalls openCalls, TimeProvider timeProvider)
{
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var (at, start) = (timeProvider.GetUtcNow(), timeProvider.GetTimestamp());
        var isLogged = false;
        context.Response.Headers.Date = at.ToString("R", CultureInfo.InvariantCulture);
        context.Response.OnStarting(() =>
        {
            Log(context.Response.StatusCode);
            return Task.CompletedTask;
        });

        // The streaming API holds its calls on purpose; only the others are limited.
        var isLimited = context.Request.Path.StartsWithSegments("/services", StringComparison.OrdinalIgnoreCase);
        using var open = isLimited ? openCalls.Enter() : null;
        try
        {
            await next(context);
        }
        finally
        {
            // An answer without a body starts only after this; a call that is cut never does.
            var isCut = context.Features.Get<CutConnection>() is not null;
            Log(isCut || context.RequestAborted.IsCancellationRequested ? 0 : context.Response.StatusCode);
            if (isCut)
                context.Abort();
        }

        void Log(int status)
        {
            if (isLogged)
                return;
            isLogged = true;
            log.Add(new CallEntry
            {
                Number = 0,
                At = at,
                Method = context.Request.Method,
                Route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "",
                Path = context.Request.Path.Value ?? "/",
                Status = status,
                Duration = timeProvider.GetElapsedTime(start),
                UserId = context.Features.Get<Session>()?.UserId,
                Client = ApiRequest.ClientOf(context.Request) ?? context.Request.Headers.UserAgent.ToString(),
                Cost = context.Features.Get<CallCost>()?.Calls ?? 0,
            });
        }
    }
}
