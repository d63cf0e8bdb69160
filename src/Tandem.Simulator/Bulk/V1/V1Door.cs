using Microsoft.AspNetCore.Http;
using Tandem.Simulator.Auth;
using Tandem.Simulator.Data;
using Tandem.Simulator.Http;

namespace Tandem.Simulator.Bulk.V1;

/// <summary>
/// Stands before every resource of the older Bulk API: the session of <c>X-SFDC-Session</c>, a version that is served, a call within
/// the day's limit; and turns errors into this API's own shape. Source: salesforce-api.md, sections 0 and 3.3.
/// </summary>
internal sealed class V1Door(SessionStore sessions, CallAllowance allowance)
{
    public RequestDelegate Behind(Func<HttpContext, Caller, Task> handle) => async context =>
    {
        try
        {
            await handle(context, Enter(context));
        }
        catch (V1Exception exception) when (!context.Response.HasStarted)
        {
            await AnswerAsync(context, exception.ExceptionCode, exception.Message);
        }
        catch (ApiException exception) when (!context.Response.HasStarted)
        {
            await AnswerAsync(context, CodeOf(exception.ErrorCode), exception.Message);
        }
    };

    private Caller Enter(HttpContext context)
    {
        if (AccessToken.OfBulk(context.Request) is not { } token || sessions.Find(token) is not { } session)
            throw new V1Exception("InvalidSessionId", "Invalid session id");
        if (!ApiVersions.TryParse(ApiRequest.RouteText(context, "version"), out var version))
            throw new V1Exception("InvalidVersion", $"Unsupported API version: {ApiRequest.RouteText(context, "version")}");
        allowance.Take(context, session);
        return new Caller
        {
            UserId = session.UserId,
            Api = "bulk",
            Version = version,
            Client = ApiRequest.ClientOf(context.Request) ?? "",
        };
    }

    private static Task AnswerAsync(HttpContext context, string code, string message) =>
        V1Answer.WriteAsync(context, V1Request.FormatOf(context.Request), StatusCodes.Status400BadRequest, "error",
            [("exceptionCode", code), ("exceptionMessage", message)]);

    private static string CodeOf(string errorCode) => errorCode switch
    {
        "INVALIDJOB" => "InvalidJob",
        "INVALIDENTITY" => "InvalidEntity",
        "FEATURENOTENABLED" => "FeatureNotEnabled",
        "REQUEST_LIMIT_EXCEEDED" => "ExceededQuota",
        _ => "Unknown",
    };
}
