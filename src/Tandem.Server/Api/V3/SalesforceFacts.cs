namespace Tandem.Server.Api.V3;

/// <summary>Which org a connection works with. <c>Environment</c> is production, sandbox or custom.</summary>
internal sealed record SalesforceFacts(string? Username, string? OrganizationId, string Environment, string? Domain, string ApiVersion);
