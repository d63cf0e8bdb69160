using Npgsql;
using Tandem.Salesforce;
using Tandem.Salesforce.Describe;
using Tandem.Sync.Catalog;

namespace Tandem.Sync.Schema;

/// <summary>
/// Checks mappings against the org, and the tables that are there, before anything is changed; used at the start of a shift.
/// </summary>
public sealed class MappingCheck(SalesforceClient salesforce, TableShaper shaper, SchemaWatch watch)
{
    /// <summary>
    /// The models alone, without a look at the database: for whoever only wants to know whether the org has what is asked.
    /// </summary>
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
        var contexts = new ObjectContexts(salesforce, schema, types);
        foreach (var mapping in mappings)
        {
            var description = await DescribeAsync(mapping, salesforce.Describe.DescribeAsync, problems, cancellationToken);
            if (description is null)
                continue;
            var context = await contexts.ReadAsync(mapping, description, cancellationToken);
            if (MappedObjectBuilder.Build(mapping, description, context, problems) is not { } mapped)
                continue;
            if (await FilterCheck.FindProblemAsync(salesforce, mapped, cancellationToken) is { } problem)
                problems.Add(problem);
            objects.Add(mapped);
        }

        return problems.Count == 0 ? objects : throw new ConfigurationException(problems);
    }

    /// <summary>What each table needs, in the order of the mappings.</summary>
    /// <exception cref="ConfigurationException">At least one mapping asks for what cannot be; every problem is named.</exception>
    public async Task<IReadOnlyList<TablePlan>> PlanAsync(
        IReadOnlyList<Mapping> mappings, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        var plans = new List<TablePlan>();
        foreach (var mapping in mappings)
        {
            var description = await DescribeAsync(mapping, watch.DescribeAsync, problems, cancellationToken);
            if (description is null
                || await shaper.PlanAsync(mapping, description, connection, problems, cancellationToken) is not { } plan)
                continue;
            if (await FilterCheck.FindProblemAsync(salesforce, plan.Mapped, cancellationToken) is { } problem)
                problems.Add(problem);
            plans.Add(plan);
        }

        return problems.Count == 0 ? plans : throw new ConfigurationException(problems);
    }

    private static async Task<SObjectDescription?> DescribeAsync(
        Mapping mapping,
        Func<string, CancellationToken, Task<SObjectDescription>> describe,
        List<string> problems,
        CancellationToken cancellationToken)
    {
        try
        {
            return await describe(mapping.ObjectName, cancellationToken);
        }
        catch (SalesforceException exception) when (exception.Code is SalesforceErrorCodes.NotFound or SalesforceErrorCodes.InvalidType)
        {
            problems.Add($"{mapping.ObjectName}: the org has no such object, or the integration user may not see it.");
            return null;
        }
    }
}
