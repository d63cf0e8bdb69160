using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Tandem.Simulator.Http;

/// <summary>
/// Refuses addresses and headers that are too long, and lets HEAD ask for whatever GET may. Source: salesforce-api.md, section 0.
/// </summary>
internal static class RequestLimits
{
    /// <summary>Bytes of an address, and of an address with its headers.</summary>
    public const int MaxBytes = 16_384;

    /// <summary>What the web server lets through, so that the answer is ours: a line of method, address and protocol.</summary>
    public const int ServerLineBytes = 2 * MaxBytes;

    private const string VersionedPrefix = "/services/data/";

    public static Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (target.Length > MaxBytes)
            return JsonAnswer.WriteErrorAsync(context, new ApiException(414, "URI_TOO_LONG",
                $"The address is too long: expected at most {MaxBytes} bytes, found {target.Length}"));
        var headers = context.Request.Headers.Sum(header => header.Key.Length + header.Value.ToString().Length + 4);
        if (target.Length + headers > MaxBytes)
            return JsonAnswer.WriteErrorAsync(context, new ApiException(431, "REQUEST_HEADER_FIELDS_TOO_LARGE",
                $"The address and the headers are too long: expected at most {MaxBytes} bytes, found {target.Length + headers}"));

        // The web server itself leaves the body of an answer to HEAD out.
        if (HttpMethods.IsHead(context.Request.Method)
            && context.Request.Path.Value?.StartsWith(VersionedPrefix, StringComparison.OrdinalIgnoreCase) == true)
            context.Request.Method = HttpMethods.Get;
        return next(context);
    }
}
