using Microsoft.AspNetCore.Http;

namespace Tandem.Server.Api.V1;

/// <summary>
/// A query parameter that an endpoint takes, told as metadata of it: for the filter that refuses others and for the OpenAPI document.
/// </summary>
/// <param name="Type">The word of JSON schema.</param>
internal sealed record QueryParameter(string Name, string Description, string Type = "string")
{
    public static QueryParameter Limit { get; } = new("limit", "How many items at most: 1 to 1000, 100 without it.", "integer");

    public static QueryParameter After { get; } = new("after", "The next of the page before.");

    /// <exception cref="ApiException">A parameter is given that the endpoint does not take, or one is given twice.</exception>
    public static ValueTask<object?> RefuseOthers(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var known = http.GetEndpoint()?.Metadata.OfType<QueryParameter>().Select(parameter => parameter.Name).ToList() ?? [];
        var problems = new Problems();
        foreach (var (name, values) in http.Request.Query)
        {
            if (!known.Contains(name, StringComparer.Ordinal))
            {
                problems.Add(name, known.Count == 0
                    ? "There is no such query parameter; this address takes none."
                    : $"There is no such query parameter; known are {string.Join(", ", known)}.");
            }
            else if (values.Count != 1)
                problems.Add(name, $"Expected this query parameter once, found it {values.Count} times.");
        }

        problems.ThrowIfAny();
        return next(context);
    }

    /// <summary>Null when it is not given, or empty.</summary>
    public string? Read(HttpContext http) => http.Request.Query[Name].FirstOrDefault() is { Length: > 0 } value ? value : null;

    /// <exception cref="ApiException">It is neither true nor false.</exception>
    public bool ReadSwitch(HttpContext http) => Read(http) switch
    {
        null or "false" => false,
        "true" => true,
        _ => throw ApiException.BadRequest($"{Name}: expected true or false, found something else."),
    };
}
