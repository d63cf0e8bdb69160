namespace Tandem.Server.Api.V3;

/// <summary>An object of the org with its fields. Source: heroku-connect.md, section 12.3.</summary>
internal sealed record ObjectSchema(string Name, string Label, IReadOnlyList<FieldSchema> Fields);
