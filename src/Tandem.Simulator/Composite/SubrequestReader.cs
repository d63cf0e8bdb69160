using System.Text.Json;
using Tandem.Simulator.Http;

namespace Tandem.Simulator.Composite;

/// <summary>Reads the requests within composite and graph calls and refuses calls whose outline is wrong as a whole.</summary>
internal static class SubrequestReader
{
    private const string Root = "/services/data/v";

    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

    // The call's own stand for all of its requests.
    private static readonly string[] InheritedHeaders = ["Accept", "Authorization", "Content-Type"];

    /// <summary>Reads <c>compositeRequest</c>.</summary>
    public static List<Subrequest> Read(JsonElement call, int limit)
    {
        if (call.ValueKind != JsonValueKind.Object || !call.TryGetProperty("compositeRequest", out var list)
            || list.ValueKind != JsonValueKind.Array)
            throw Invalid("The call needs a list named compositeRequest");
        if (list.GetArrayLength() > limit)
            throw new ApiException(400, "LIMIT_EXCEEDED",
                $"The call holds {list.GetArrayLength()} requests; at most {limit} are taken");
        var requests = list.EnumerateArray().Select(json => Read(json)).ToList();
        var names = new HashSet<string>(StringComparer.Ordinal);
        return requests.Find(request => !names.Add(request.ReferenceId)) is { } twice
            ? throw Invalid($"The referenceId {twice.ReferenceId} stands more than once; each names one request") : requests;
    }

    /// <summary>The resource that a request is sent to, from behind the version on: <c>sobjects/Account</c>.</summary>
    public static string ResourceOf(string url)
    {
        if (!url.StartsWith(Root, StringComparison.OrdinalIgnoreCase))
            return "";
        var slash = url.IndexOf('/', Root.Length);
        var end = url.IndexOf('?', StringComparison.Ordinal);
        return slash < 0 || (end >= 0 && end < slash) ? "" : (end < 0 ? url[slash..] : url[slash..end]).Trim('/');
    }

    /// <summary>True for queries and collections, of which a composite call takes few.</summary>
    public static bool IsHeavy(string resource) => IsQuery(resource) || IsUnder(resource, "composite/sobjects");

    public static bool IsQuery(string resource) => IsUnder(resource, "query") || IsUnder(resource, "queryAll");

    public static bool IsUnder(string resource, string folder) => resource.StartsWith(folder, StringComparison.OrdinalIgnoreCase)
        && (resource.Length == folder.Length || resource[folder.Length] == '/');

    private static Subrequest Read(JsonElement json)
    {
        var method = Text(json, "method").ToUpperInvariant();
        if (!Methods.Contains(method, StringComparer.Ordinal))
            throw Invalid($"{method} is no method; known are {string.Join(", ", Methods)}");
        var referenceId = Text(json, "referenceId");
        if (!char.IsAsciiLetterOrDigit(referenceId[0]) || !referenceId.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_'))
            throw Invalid($"Provided referenceId ('{referenceId}') must start with a letter or a number, and it can contain only letters, "
                + "numbers and underscores ('_').");
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (json.TryGetProperty("httpHeaders", out var given) && given.ValueKind == JsonValueKind.Object)
        {
            foreach (var header in given.EnumerateObject())
                headers[header.Name] = header.Value.ToString();
        }

        if (Array.Find(InheritedHeaders, headers.ContainsKey) is { } inherited)
            throw Invalid($"The header {inherited} cannot be given for a request within the call: it inherits the call's own");
        return new Subrequest
        {
            Method = method,
            Url = Text(json, "url"),
            ReferenceId = referenceId,
            Body = json.TryGetProperty("body", out var body) ? body : default,
            Headers = headers,
        };
    }

    public static string Text(JsonElement json, string member) => json.ValueKind == JsonValueKind.Object
        && json.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String
        && value.GetString() is { Length: > 0 } text ? text : throw Invalid($"A request within the call needs a text named {member}");

    public static ApiException Invalid(string message) => new(400, "INVALID_INPUT", message);
}
