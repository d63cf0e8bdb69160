using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Tandem.Simulator.Http;

/// <summary>
/// Turns whatever goes wrong below it into REST's array of errors: thrown <see cref="ApiException"/>s, resources that no route knows,
/// methods that a resource does not take, and bugs, which are logged and answered without their details.
/// </summary>
internal sealed partial class ErrorAnswers(ILogger<ErrorAnswers> logger)
{
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (ApiException exception) when (!context.Response.HasStarted)
        {
            await AnswerAsync(context, exception);
        }
        catch (BadHttpRequestException exception) when (!context.Response.HasStarted)
        {
            await AnswerAsync(context, new ApiException(exception.StatusCode, "INVALID_REQUEST", exception.Message));
        }
        catch (Exception exception) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            LogBug(exception, context.Request.Method, context.TraceIdentifier);
            await AnswerAsync(context, new ApiException(500, "UNKNOWN_EXCEPTION",
                $"An unexpected error occurred. Please include this ErrorId if you contact support: {context.TraceIdentifier}"));
        }

        if (context.Response.HasStarted || context.Response.ContentLength > 0 || context.Response.ContentType is not null)
            return;
        if (context.Response.StatusCode == StatusCodes.Status404NotFound)
            await AnswerAsync(context, ApiRequest.NotFound());
        else if (context.Response.StatusCode == StatusCodes.Status405MethodNotAllowed)
            await AnswerAsync(context, MethodNotAllowed(context));
    }

    private static async Task AnswerAsync(HttpContext context, ApiException error)
    {
        if (!HttpMethods.IsHead(context.Request.Method))
            await JsonAnswer.WriteErrorAsync(context, error);
        else
            context.Response.StatusCode = error.Status;
    }

    private static ApiException MethodNotAllowed(HttpContext context)
    {
        var allowed = context.Response.Headers.Allow.ToString()
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal);
        return new ApiException(405, "METHOD_NOT_ALLOWED",
            $"HTTP Method '{context.Request.Method}' not allowed. Allowed are {string.Join(',', allowed)}");
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A {Method} request failed in a way that nobody foresaw; its error id is {ErrorId}.")]
    private partial void LogBug(Exception exception, string method, string errorId);
}
