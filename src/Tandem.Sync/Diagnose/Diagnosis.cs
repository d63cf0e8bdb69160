namespace Tandem.Sync.Diagnose;

/// <summary>What all rules found about a connection and each of its mappings. Source: heroku-connect.md, section 12.6.</summary>
public sealed record Diagnosis
{
    /// <summary>About the connection itself, as the next three.</summary>
    public required IReadOnlyList<DiagnosisResult> Errors { get; init; }

    public required IReadOnlyList<DiagnosisResult> Warnings { get; init; }

    public required IReadOnlyList<DiagnosisResult> Passes { get; init; }

    public required IReadOnlyList<DiagnosisResult> Skips { get; init; }

    /// <summary>By the object's API name.</summary>
    public required IReadOnlyDictionary<string, DiagnosisSection> Mappings { get; init; }
}
