using Tandem.Salesforce;
using Tandem.Salesforce.Describe;
using Tandem.Sync.Catalog;

namespace Tandem.Sync.ApiVersions;

/// <summary>
/// Describes each mapped object in the version of the API that a connection uses and in another one, and compares them. It costs two calls
/// for each mapping and changes nothing.
/// </summary>
public sealed class SchemaComparison(SalesforceClient salesforce)
{
    /// <exception cref="ConfigurationException">The org does not serve the target.</exception>
    public async Task<SchemaDifference> RunAsync(
        string current, string target, IReadOnlyList<Mapping> mappings, CancellationToken cancellationToken)
    {
        var served = await salesforce.Versions.ListAsync(cancellationToken);
        if (!served.Contains(target, StringComparer.Ordinal))
        {
            throw new ConfigurationException(
                $"target_version: the org does not serve version {target} of its API; it serves {served[0]} to {served[^1]}.");
        }

        var differences = new List<MappingDifference>();
        foreach (var mapping in mappings)
            differences.Add(await CompareAsync(mapping, current, target, cancellationToken));
        return new SchemaDifference { Current = current, Target = target, Mappings = differences };
    }

    private async Task<MappingDifference> CompareAsync(
        Mapping mapping, string current, string target, CancellationToken cancellationToken)
    {
        var name = mapping.ObjectName;
        try
        {
            var before = await FindAsync(name, current, cancellationToken);
            var after = await FindAsync(name, target, cancellationToken);
            return (before, after) switch
            {
                ({ } old, { } next) => new MappingDifference
                {
                    ObjectName = name, Fields = FieldComparison.Compare(mapping, old, next),
                },
                (_, null) => new MappingDifference
                {
                    ObjectName = name,
                    Missing = $"Version {target} has no object {name}, or the integration user may not see it there.",
                },
                _ => new MappingDifference
                {
                    ObjectName = name,
                    Undetermined = $"Version {current} has no object {name}, so there is nothing to compare with.",
                },
            };
        }
        catch (SalesforceException exception)
        {
            return new MappingDifference { ObjectName = name, Undetermined = $"It could not be described: {exception.Message}" };
        }
    }

    private async Task<SObjectDescription?> FindAsync(string objectName, string version, CancellationToken cancellationToken)
    {
        try
        {
            return await salesforce.Describe.DescribeAsync(objectName, version, cancellationToken);
        }
        catch (SalesforceException exception) when (exception.Code is SalesforceErrorCodes.NotFound or SalesforceErrorCodes.InvalidType)
        {
            return null;
        }
    }
}
