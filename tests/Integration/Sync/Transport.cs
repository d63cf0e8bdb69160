namespace Tandem.Tests.Integration.Sync;

/// <summary>The ways by which changes reach the org.</summary>
public enum Transport
{
    Collections,
    Composite,
    Bulk,
}
