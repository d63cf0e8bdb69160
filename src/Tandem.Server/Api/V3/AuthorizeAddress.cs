namespace Tandem.Server.Api.V3;

/// <summary>Where to send a browser that signs in to Salesforce.</summary>
internal sealed record AuthorizeAddress(Uri Redirect);
