using Tandem.Salesforce;
using Tandem.Sync.Catalog;
using Tandem.Sync.Faults;

namespace Tandem.Sync.Schema;

/// <summary>Asks the org, before anything is stored, whether a mapping's filter is a condition that it understands.</summary>
internal static class FilterCheck
{
    /// <returns>One sentence, the org's own words in it; null when the filter can be used.</returns>
    public static async Task<string?> FindProblemAsync(
        SalesforceClient salesforce, MappedObject mapped, CancellationToken cancellationToken)
    {
        if (mapped.Mapping.Filter is not { } filter)
            return null;
        if (FilterText.FindProblem(filter) is { } problem)
            return $"{mapped.Name}.filter: {problem}";
        try
        {
            await foreach (var page in salesforce.Soql.QueryAsync(mapped.Select("Id", null) + " LIMIT 1", false, cancellationToken))
                page.Dispose();
            return null;
        }
        catch (SalesforceException exception) when (FaultPolicy.Judge(exception).Action == FaultAction.PauseMapping)
        {
            var told = exception.Detail ?? exception.Message;
            var words = string.Join(' ', told.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
            return $"{mapped.Name}.filter: the org refuses the condition ({exception.Code}): {words}";
        }
    }
}
