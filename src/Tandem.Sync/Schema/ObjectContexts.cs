using Tandem.Salesforce;
using Tandem.Salesforce.Describe;
using Tandem.Sync.Catalog;

namespace Tandem.Sync.Schema;

/// <summary>
/// Asks the org for what a mapping refers to beyond its own object: the parents of its relationship external ids. Costs a call for
/// each of them, and none for a mapping without.
/// </summary>
public sealed class ObjectContexts(SalesforceClient salesforce, string schema, TypeProfile types)
{
    public string Schema => schema;

    public async Task<ObjectContext> ReadAsync(Mapping mapping, SObjectDescription description, CancellationToken cancellationToken)
    {
        var parents = new Dictionary<string, SObjectDescription>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in RelationshipField.FindParents(description, mapping.Fields))
        {
            if (await FindAsync(name, cancellationToken) is { } parent)
                parents.Add(name, parent);
        }

        return new ObjectContext { Schema = schema, Types = types, Parents = parents, OrgClock = () => salesforce.OrgNow };
    }

    private async Task<SObjectDescription?> FindAsync(string objectName, CancellationToken cancellationToken)
    {
        try
        {
            return await salesforce.Describe.DescribeAsync(objectName, cancellationToken);
        }
        catch (SalesforceException exception) when (exception.Code is SalesforceErrorCodes.NotFound or SalesforceErrorCodes.InvalidType)
        {
            return null;
        }
    }
}
