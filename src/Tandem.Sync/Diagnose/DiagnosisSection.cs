namespace Tandem.Sync.Diagnose;

/// <summary>The results about one thing, by how they ended. Source: heroku-connect.md, section 12.6.</summary>
public sealed record DiagnosisSection
{
    public required IReadOnlyList<DiagnosisResult> Errors { get; init; }

    public required IReadOnlyList<DiagnosisResult> Warnings { get; init; }

    public required IReadOnlyList<DiagnosisResult> Passes { get; init; }

    public required IReadOnlyList<DiagnosisResult> Skips { get; init; }

    internal static DiagnosisSection Of(IReadOnlyList<DiagnosisResult> results)
    {
        return new DiagnosisSection
        {
            Errors = Those(DiagnosisStatus.Red),
            Warnings = Those(DiagnosisStatus.Yellow),
            Passes = Those(DiagnosisStatus.Green),
            Skips = Those(DiagnosisStatus.Skipped),
        };

        IReadOnlyList<DiagnosisResult> Those(DiagnosisStatus status) => [.. results.Where(result => result.Status == status)];
    }
}
