using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Npgsql;
using Tandem.Salesforce;
using Tandem.Server.Api.V1;
using Tandem.Server.Api.V3;
using Tandem.Sync.Catalog;

namespace Tandem.Server.Api;

/// <summary>
/// Turns what goes wrong into the error body of the version that was asked: the contract's on version 3, problem details on version 1. What
/// nobody foresaw tells its reader nothing but that.
/// </summary>
internal sealed partial class ErrorAnswers(RequestDelegate next, ILogger<ErrorAnswers> logger)
{
    private static readonly ApiException NothingThere = new(404, "notfound", "There is nothing at this address for this method.");
    private static readonly ApiException NotJson = new(
        415, "unsupported", "Expected a body of JSON: send it with the header Content-Type: application/json.");

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (context.Response is { HasStarted: false, StatusCode: 404 or 405 or 415, ContentLength: null })
                await WriteAsync(context, context.Response.StatusCode, context.Response.StatusCode == 415 ? NotJson : NothingThere);
        }
        catch (Exception exception) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            var answer = Explain(exception);
            if (answer.Status == 500)
                LogFailed(exception, context.Request.Method, context.Request.Path);
            await WriteAsync(context, answer.Status, answer);
        }
    }

    private static ApiException Explain(Exception exception) => exception switch
    {
        ApiException api => api,
        BadHttpRequestException bad => new(bad.StatusCode, "badrequest", bad.Message),
        ConfigurationException { InnerException: NpgsqlException and not PostgresException } unreachable =>
            new(503, "database", unreachable.Message),
        ConfigurationException configuration => new(400, "badconfig", string.Join('\n', configuration.Problems))
        {
            Errors = new Problems().AddAll(configuration.Problems).ByPath,
        },
        SalesforceException { Status: 404 } => new(404, "notfound", "The org has no such object, or does not show it to its user."),
        SalesforceException salesforce => new(502, "salesforce", salesforce.Message),
        NpgsqlException => new(503, "database", "The database does not answer; try again."),
        ObjectDisposedException => new(503, "restarting", "The connection is being started again; try again."),
        _ => new(500, "internal", "The server failed; its log tells more."),
    };

    private static Task WriteAsync(HttpContext context, int status, ApiException answer)
    {
        context.Response.StatusCode = status;
        return context.Request.Path.StartsWithSegments(V1.Routes.Root, StringComparison.OrdinalIgnoreCase)
            ? context.Response.WriteAsJsonAsync(Problem.Of(status, answer), ApiJson.Options, Problem.ContentType)
            : context.Response.WriteAsJsonAsync(new ErrorBody(answer.Code, answer.Message), ApiJson.Options);
    }

    [LoggerMessage(LogLevel.Error, "{Method} {Path} failed")]
    private partial void LogFailed(Exception exception, string method, string path);
}
