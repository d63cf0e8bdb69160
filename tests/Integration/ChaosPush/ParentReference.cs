namespace Tandem.Tests.Integration.ChaosPush;

/// <summary>What a row writes to name its parent.</summary>
/// <param name="Text">The Salesforce id, the local id or the external id.</param>
internal sealed record ParentReference(ChaosLookup Lookup, ParentWay Way, string Text, BookRow Parent)
{
    public string Field => Lookup.Field;

    /// <summary>The column that takes it.</summary>
    public string Column => Way == ParentWay.Key ? Lookup.KeyColumn ?? Lookup.Column : Lookup.Column;
}
