using System.Text;

namespace Tandem.Server.SignIn;

/// <summary>What the browser brings back from Salesforce: the query of the callback, each member null when it is not there.</summary>
public sealed record SignInAnswer
{
    public string? State { get; init; }

    public string? Code { get; init; }

    /// <summary>OAuth's error code when the org refused. Source: salesforce-api.md, sections 1.2 and 1.8.</summary>
    public string? Error { get; init; }

    public string? ErrorDescription { get; init; }

    /// <summary>What <see cref="SignInRequest.BrowserKey"/> was, as this browser tells it.</summary>
    public string? BrowserKey { get; init; }

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append("HasCode = ").Append(Code is not null);
        return true;
    }
}
