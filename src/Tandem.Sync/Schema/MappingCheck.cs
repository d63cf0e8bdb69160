using Tandem.Salesforce;
using Tandem.Salesforce.Describe;
using Tandem.Sync.Catalog;

namespace Tandem.Sync.Schema;

/// <summary>Checks mappings against the org before anything is changed; used at the start of a shift and on import.</summary>
public static class MappingCheck
{
    /// <exception cref="ConfigurationException">At least one mapping asks for what the org lacks; every problem is named.</exception>
    public static async Task<IReadOnlyList<MappedObject>> CheckAsync(
        SalesforceClient salesforce,
        IReadOnlyList<Mapping> mappings,
        string schema,
        TypeProfile types,
        CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        var objects = new List<MappedObject>();
        var descriptions = new Dictionary<string, SObjectDescription>(StringComparer.OrdinalIgnoreCase);
        foreach (var mapping in mappings)
        {
            if (await FindAsync(mapping.ObjectName) is not { } description)
            {
                problems.Add($"{mapping.ObjectName}: the org has no such object, or the integration user may not see it.");
                continue;
            }

            foreach (var parent in RelationshipField.FindParents(description, mapping.Fields))
                await FindAsync(parent);
            var context = new ObjectContext { Schema = schema, Types = types, Parents = descriptions };
            if (MappedObjectBuilder.Build(mapping, description, context, problems) is not { } mapped)
                continue;
            if (await FilterCheck.FindProblemAsync(salesforce, mapped, cancellationToken) is { } problem)
                problems.Add(problem);
            objects.Add(mapped);
        }

        return problems.Count == 0 ? objects : throw new ConfigurationException(problems);

        async Task<SObjectDescription?> FindAsync(string objectName)
        {
            if (descriptions.TryGetValue(objectName, out var known))
                return known;
            try
            {
                return descriptions[objectName] = await salesforce.Describe.DescribeAsync(objectName, cancellationToken);
            }
            catch (SalesforceException exception) when (exception.Code is SalesforceErrorCodes.NotFound or SalesforceErrorCodes.InvalidType)
            {
                return null;
            }
        }
    }
}
