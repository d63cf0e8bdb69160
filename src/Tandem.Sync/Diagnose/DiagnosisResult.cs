namespace Tandem.Sync.Diagnose;

/// <summary>What one rule found. Its members are the contract's. Source: heroku-connect.md, section 12.6.</summary>
public sealed record DiagnosisResult
{
    /// <summary>The rule as a person knows it: "Upsert Field".</summary>
    public required string DisplayName { get; init; }

    /// <summary>What was found and what to do, in a sentence or two. It names objects and fields, never a value.</summary>
    public required string Message { get; init; }

    public required string DocUrl { get; init; }

    /// <summary>Stable, for programs: <c>SHOULD_HAVE_UPSERT_FIELD</c>.</summary>
    public required string RuleId { get; init; }

    public required DiagnosisStatus Status { get; init; }
}
