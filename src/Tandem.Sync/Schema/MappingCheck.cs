using Npgsql;
using Tandem.Salesforce;
using Tandem.Salesforce.Describe;
using Tandem.Sync.Catalog;
using Tandem.Sync.Pull;

namespace Tandem.Sync.Schema;

/// <summary>
/// Checks mappings against the org, and the tables that are there, before anything is changed; used at the start of a shift.
/// </summary>
public sealed class MappingCheck(SalesforceClient salesforce, TableShaper shaper, SchemaWatch watch, RefreshTable refreshes)
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

    /// <summary>
    /// What each table needs. What the org took when the table was filled and takes no more is no reason to refuse the others their start:
    /// an object that is gone is told apart, and a filter that it refuses by now pauses its mapping at the first poll.
    /// </summary>
    /// <exception cref="ConfigurationException">
    /// At least one mapping asks for what cannot be, and every problem is named; or none of them has its object.
    /// </exception>
    public async Task<MappingPlans> PlanAsync(
        IReadOnlyList<Mapping> mappings, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        var plans = new List<(Mapping, TablePlan)>();
        var gone = new List<string>();
        var missing = new List<string>();
        foreach (var mapping in mappings)
        {
            var isFilled = await refreshes.ReadContentAsync(connection, mapping.ObjectName, cancellationToken) is not null;
            if (await DescribeAsync(mapping, watch.DescribeAsync, isFilled ? missing : problems, cancellationToken) is not { } description)
            {
                if (isFilled)
                    gone.Add(mapping.ObjectName);
                continue;
            }

            if (await shaper.PlanAsync(mapping, description, connection, problems, cancellationToken) is not { } plan)
                continue;
            var isKnownFilter = plan.Content is { Filter: { } known } && known == mapping.Filter;
            if (!isKnownFilter && await FilterCheck.FindProblemAsync(salesforce, plan.Mapped, cancellationToken) is { } problem)
                problems.Add(problem);
            plans.Add((mapping, plan));
        }

        if (plans.Count == 0)
            problems.AddRange(missing);
        return problems.Count == 0 ? new MappingPlans { Plans = plans, Gone = gone } : throw new ConfigurationException(problems);
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
