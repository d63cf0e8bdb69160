namespace Tandem.Simulator.Bulk;

/// <summary>Where the settings in force stand while the org runs: jobs read them, tests and the control plane exchange them.</summary>
public sealed class BulkControl(BulkSettings settings)
{
    private volatile BulkSettings _settings = settings;

    public BulkSettings Settings
    {
        get => _settings;
        set => _settings = value;
    }
}
