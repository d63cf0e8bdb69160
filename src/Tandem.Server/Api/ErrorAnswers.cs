using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Npgsql;
using Tandem.Salesforce;
using Tandem.Sync.Catalog;

namespace Tandem.Server.Api;

/// <summary>Turns what goes wrong into the contract's error body. What nobody foresaw tells its reader nothing but that.</summary>
internal sealed partial class ErrorAnswers(RequestDelegate next, ILogger<ErrorAnswers> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (context.Response is { HasStarted: false, StatusCode: 404 or 405 or 415, ContentLength: null })
                await WriteAsync(context, context.Response.StatusCode, "notfound", "There is nothing at this address for this method.");
        }
        catch (Exception exception) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            var (status, code, message) = Explain(exception);
            if (status == 500)
                LogFailed(exception, context.Request.Method, context.Request.Path);
            await WriteAsync(context, status, code, message);
        }
    }

    private static (int Status, string Code, string Message) Explain(Exception exception) => exception switch
    {
        ApiException api => (api.Status, api.Code, api.Message),
        BadHttpRequestException bad => (bad.StatusCode, "badrequest", bad.Message),
        ConfigurationException configuration => (400, "badconfig", string.Join('\n', configuration.Problems)),
        SalesforceException { Status: 404 } => (404, "notfound", "The org has no such object, or does not show it to its user."),
        SalesforceException salesforce => (502, "salesforce", salesforce.Message),
        NpgsqlException => (503, "database", "The database does not answer; try again."),
        ObjectDisposedException => (503, "restarting", "The connection is being started again; try again."),
        _ => (500, "internal", "The server failed; its log tells more."),
    };

    private static Task WriteAsync(HttpContext context, int status, string code, string message)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new { code, message }, ApiJson.Options);
    }

    [LoggerMessage(LogLevel.Error, "{Method} {Path} failed")]
    private partial void LogFailed(Exception exception, string method, string path);
}
