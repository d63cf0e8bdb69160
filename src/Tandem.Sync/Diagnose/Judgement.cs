namespace Tandem.Sync.Diagnose;

/// <summary>What a rule says: how it stands, and what to do.</summary>
internal readonly record struct Judgement(DiagnosisStatus Status, string Message)
{
    public static Judgement Red(string message) => new(DiagnosisStatus.Red, message);

    public static Judgement Yellow(string message) => new(DiagnosisStatus.Yellow, message);

    public static Judgement Green(string message) => new(DiagnosisStatus.Green, message);

    public static Judgement Skipped(string message) => new(DiagnosisStatus.Skipped, message);
}
