namespace Tandem.Server.Api.V3;

/// <summary>The changes that Salesforce refused. Source: heroku-connect.md, section 12.3.</summary>
internal sealed record WriteErrorList(int Count, IReadOnlyList<WriteErrorView> Results);
