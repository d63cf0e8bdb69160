namespace Tandem.Sync.Push;

/// <summary>A parent that a change names by the local id of its row, in the column that takes the Salesforce id.</summary>
/// <param name="Tables">The mapped tables that the row may be of; one, unless something is wrong.</param>
internal sealed record LocalParent(string Column, IReadOnlyList<string> Tables, int RecordId)
{
    /// <summary>Null when there is not just one table.</summary>
    public string? Table => Tables is [var only] ? only : null;
}
