namespace Tandem.Tests.Integration.ChaosPush;

/// <summary>Which mappings have a unique identifier.</summary>
internal enum ChaosKeys
{
    None,

    /// <summary>The accounts, which are parents.</summary>
    Parents,

    All,
}
