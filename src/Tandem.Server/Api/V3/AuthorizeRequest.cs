namespace Tandem.Server.Api.V3;

/// <summary>The body of <c>authorize_url</c>. Source: heroku-connect.md, section 12.3.</summary>
internal sealed record AuthorizeRequest(string? Environment, string? Domain, string? Next, string? ApiVersion);
