using Microsoft.AspNetCore.Http;

namespace Tandem.Simulator.Http;

/// <summary>Lets old clients that can send nothing but POST name the method that they mean in the address. Source: salesforce-api.md,
/// section 2.3.</summary>
internal static class MethodOverride
{
    private static readonly string[] Parameters = ["_HttpMethod", "_HTTP_METHOD"];

    public static void Apply(HttpRequest request)
    {
        if (!HttpMethods.IsPost(request.Method) || !request.QueryString.HasValue)
            return;
        foreach (var parameter in Parameters)
        {
            if (request.Query[parameter].ToString() is { Length: > 0 } method)
                request.Method = method.ToUpperInvariant();
        }
    }
}
