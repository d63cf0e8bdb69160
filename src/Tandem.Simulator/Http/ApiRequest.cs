using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Tandem.Simulator.Auth;
using Tandem.Simulator.Data;

namespace Tandem.Simulator.Http;

/// <summary>What every REST endpoint reads from its request: version, session, object, JSON body.</summary>
internal static class ApiRequest
{
    /// <summary>The version in the address; the server's check has found it served.</summary>
    public static int Version(HttpContext context) =>
        ApiVersions.TryParse(RouteText(context, "version"), out var version) ? version : throw NotFound();

    /// <summary>The path under which the request's version serves its resources.</summary>
    public static string Root(HttpContext context) => ApiVersions.RootOf(Version(context));

    /// <summary>Scheme, host and port as the client wrote them: the start of every absolute address.</summary>
    public static string Origin(HttpRequest request) => $"{request.Scheme}://{request.Host.Value}";

    public static string RouteText(HttpContext context, string name) =>
        context.GetRouteValue(name) as string ?? throw new InvalidOperationException($"The route has no part named {name}.");

    /// <summary>The session that the server's check has found for the request's token.</summary>
    public static Session Session(HttpContext context) =>
        context.Features.Get<Session>() ?? throw new InvalidOperationException("The request reached an endpoint without its session.");

    /// <summary>The user of the session with the options of the call.</summary>
    public static Caller Caller(HttpContext context)
    {
        var headers = context.Request.Headers;
        return new Caller
        {
            UserId = Session(context).UserId,
            Version = Version(context),
            Client = ClientOf(context.Request) ?? "",
            AllowsDuplicates = IsTrue(headers["Sforce-Duplicate-Rule-Header"].ToString(), "allowSave"),
            WantsDuplicateDetails = IsTrue(headers["Sforce-Duplicate-Rule-Header"].ToString(), "includeRecordDetails"),
            Assignment = AssignmentOf(headers["Sforce-Auto-Assign"].ToString()),
            Transaction = Transaction(context),
        };
    }

    /// <summary>The transaction that a composite call has put around the request; null for a request that stands alone.</summary>
    public static OrgTransaction? Transaction(HttpContext context) => context.Features.Get<OrgTransaction>();

    /// <summary>The name that the program gives itself in its call options; null when it gives none.</summary>
    public static string? ClientOf(HttpRequest request) => OptionOf(request.Headers["Sforce-Call-Options"].ToString(), "client");

    /// <summary>The value of one option in a header of the kind <c>name=value, name=value</c>; null when it is not there.</summary>
    public static string? OptionOf(string header, string name)
    {
        foreach (var option in header.Split([',', ';'], StringSplitOptions.TrimEntries))
        {
            if (option.Split('=', 2, StringSplitOptions.TrimEntries) is [var found, var value]
                && found.Equals(name, StringComparison.OrdinalIgnoreCase))
                return value;
        }

        return null;
    }

    /// <summary>The table of the object in the address; one that is unknown, or hidden from the user, answers as an unknown
    /// resource.</summary>
    public static ObjectTable Table(HttpContext context, Org org) =>
        org.FindTable(RouteText(context, "object")) is { } table && Access(context, org).CanSee(table.Type) ? table : throw NotFound();

    /// <summary>What the user of the request may see and edit.</summary>
    public static UserAccess Access(HttpContext context, Org org) => org.AccessOf(Session(context).UserId);

    /// <summary>A REST call runs the active rules unless it says otherwise.</summary>
    private static string? AssignmentOf(string header) => header.Equals("FALSE", StringComparison.OrdinalIgnoreCase) ? null
        : header.Length > 0 ? header : "TRUE";

    private static bool IsTrue(string header, string option) =>
        "true".Equals(OptionOf(header, option), StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// The last part of the address, decoded once from what came over the wire: a routing value cannot tell an encoded slash from an
    /// encoded percent sign, and keys of upserts hold both.
    /// </summary>
    public static string LastSegment(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var path = (target.IndexOf('?', StringComparison.Ordinal) is >= 0 and var end ? target[..end] : target).TrimEnd('/');
        return Uri.UnescapeDataString(path[(path.LastIndexOf('/') + 1)..]);
    }

    public static bool Flag(HttpContext context, string name) =>
        bool.TryParse(context.Request.Query[name].ToString(), out var truth) && truth;

    /// <summary>The body as JSON; a body that calls itself something else is refused unread.</summary>
    public static async Task<JsonDocument> ReadJsonAsync(HttpContext context)
    {
        if (context.Request.ContentType is { Length: > 0 } type && !context.Request.HasJsonContentType())
            throw new ApiException(415, "UNSUPPORTED_MEDIA_TYPE", $"Content type '{type}' is not supported: expected application/json");
        try
        {
            return await JsonDocument.ParseAsync(context.Request.Body, default, context.RequestAborted);
        }
        catch (JsonException exception)
        {
            throw new ApiException(400, "JSON_PARSER_ERROR",
                $"The HTTP entity body is required, but this HTTP request has no entity body or one that is no JSON "
                + $"at [line:{exception.LineNumber + 1}, column:{exception.BytePositionInLine + 1}]");
        }
        catch (InvalidDataException)
        {
            throw new ApiException(400, "JSON_PARSER_ERROR", "The body is not compressed in the way that Content-Encoding says.");
        }
    }

    public static ApiException NotFound() => new(404, "NOT_FOUND", "The requested resource does not exist");
}
