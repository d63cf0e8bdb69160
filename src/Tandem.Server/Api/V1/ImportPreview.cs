namespace Tandem.Server.Api.V1;

/// <summary>What an import of a mapping file would change.</summary>
internal sealed record ImportPreview(IReadOnlyList<PreviewedChange> Changes);
