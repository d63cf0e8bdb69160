namespace Tandem.Sync.Diagnose;

/// <summary>How a check ended, in the words of the command line. Source: heroku-connect.md, section 12.6.</summary>
public enum DiagnosisStatus
{
    /// <summary>Something does not work, or will be refused.</summary>
    Red,

    /// <summary>It works, and a person should know what it costs or risks.</summary>
    Yellow,

    Green,

    /// <summary>It does not apply, or could not be checked; the message says which.</summary>
    Skipped,
}
