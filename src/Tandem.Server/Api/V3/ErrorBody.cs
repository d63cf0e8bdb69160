namespace Tandem.Server.Api.V3;

/// <summary>What went wrong, as the contract tells it. Source: heroku-connect.md, section 12.1.</summary>
internal sealed record ErrorBody(string Code, string Message);
