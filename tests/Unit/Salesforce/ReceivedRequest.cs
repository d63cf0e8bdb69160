using Microsoft.AspNetCore.Http;

namespace Tandem.Tests.Unit.Salesforce;

/// <summary>A request as the scripted server got it.</summary>
internal sealed record ReceivedRequest(string Method, string Path, IHeaderDictionary Headers, string Body)
{
    /// <summary>Method and path with query, as <c>GET /services/data/v67.0/limits</c>.</summary>
    public string Line => $"{Method} {Path}";
}
