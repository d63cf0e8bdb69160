namespace Tandem.Tests.Integration.ChaosPush;

/// <summary>A reference field and how else a row can name its parent.</summary>
/// <param name="Field">The reference field, whose column takes Salesforce ids and, where that is switched on, local ids.</param>
/// <param name="ParentTable">The table of the parents.</param>
/// <param name="KeyField">The relationship external id; null where none is mapped.</param>
internal sealed record ChaosLookup(string Field, string ParentTable, string? KeyField)
{
    public string Column => Field.ToLowerInvariant();

    public string? KeyColumn => KeyField?.ToLowerInvariant();
}
