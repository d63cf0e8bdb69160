using Tandem.Salesforce;
using Tandem.Sync.Catalog;

namespace Tandem.Sync.Schema;

/// <summary>Checks mappings against the org before anything is changed; used at the start of a shift and on import.</summary>
public static class MappingCheck
{
    /// <exception cref="ConfigurationException">At least one mapping asks for what the org lacks; every problem is named.</exception>
    public static async Task<IReadOnlyList<MappedObject>> CheckAsync(
        SalesforceClient salesforce, IReadOnlyList<Mapping> mappings, string schema, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        var objects = new List<MappedObject>();
        foreach (var mapping in mappings)
        {
            try
            {
                var description = await salesforce.Describe.DescribeAsync(mapping.ObjectName, cancellationToken);
                if (MappedObjectBuilder.Build(mapping, description, schema, problems) is not { } mapped)
                    continue;
                if (await FilterCheck.FindProblemAsync(salesforce, mapped, cancellationToken) is { } problem)
                    problems.Add(problem);
                objects.Add(mapped);
            }
            catch (SalesforceException exception) when (exception.Code is SalesforceErrorCodes.NotFound or SalesforceErrorCodes.InvalidType)
            {
                problems.Add($"{mapping.ObjectName}: the org has no such object, or the integration user may not see it.");
            }
        }

        return problems.Count == 0 ? objects : throw new ConfigurationException(problems);
    }
}
