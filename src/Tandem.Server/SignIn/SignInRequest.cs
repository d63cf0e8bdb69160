using Tandem.Salesforce;

namespace Tandem.Server.SignIn;

/// <summary>
/// What a person asks for to authorize a connection; the words are the REST API's. Source: heroku-connect.md, section 12.3.
/// </summary>
public sealed record SignInRequest
{
    public required Guid ConnectionId { get; init; }

    /// <summary><c>production</c>, <c>sandbox</c> or <c>custom</c>.</summary>
    public required string Environment { get; init; }

    /// <summary>The org's My Domain, for <c>custom</c> only.</summary>
    public string? Domain { get; init; }

    /// <summary>Where the browser goes afterwards; null for the server's own first page.</summary>
    public string? Next { get; init; }

    /// <summary>Such as <c>67.0</c>; null leaves the newest that Tandem knows.</summary>
    public string? ApiVersion { get; init; }

    /// <summary>The org that the connection is bound to; null before its first sign-in.</summary>
    public SalesforceId? OrganizationId { get; init; }

    /// <summary>
    /// A secret that only the browser that begins has, such as a cookie; the same must come with the answer. Null binds to none.
    /// </summary>
    public string? BrowserKey { get; init; }
}
