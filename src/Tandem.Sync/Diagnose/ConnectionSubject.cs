namespace Tandem.Sync.Diagnose;

/// <summary>What the rules about a connection look at.</summary>
internal sealed record ConnectionSubject
{
    public required DiagnosedShift Shift { get; init; }

    public required DiagnosisFacts Facts { get; init; }

    public required DiagnoseOptions Options { get; init; }
}
