using Tandem.Salesforce;

namespace Tandem.Sync.Schema;

/// <summary>Tells which objects of an org can be mapped, and of the others why not. Source: heroku-connect.md, section 2.</summary>
public static class MappableObjects
{
    /// <summary>
    /// All objects that the integration user may see but external ones, which have no data in the org; by name. One API call. Whether an
    /// object has a field that tells of changes shows only when it is described.
    /// </summary>
    public static async Task<IReadOnlyList<MappableObject>> ListAsync(SalesforceClient salesforce, CancellationToken cancellationToken)
    {
        var summaries = await salesforce.Describe.ListAsync(cancellationToken);
        return
        [
            .. summaries
                .Where(summary => !EndsWith(summary.Name, "__x"))
                .OrderBy(summary => summary.Name, StringComparer.OrdinalIgnoreCase)
                .Select(summary => new MappableObject
                {
                    Name = summary.Name,
                    Label = summary.Label,
                    KeyPrefix = summary.KeyPrefix,
                    WhyNot = FindReason(summary.Name, summary.IsQueryable),
                }),
        ];
    }

    /// <summary>The sentence without its subject; null when nothing is known against the object.</summary>
    internal static string? FindReason(string name, bool isQueryable) => name switch
    {
        _ when EndsWith(name, "__kav") || name.Equals("KnowledgeArticleVersion", StringComparison.OrdinalIgnoreCase) =>
            "Knowledge articles need a filter on their publish status in every query and cannot be mapped.",
        _ when EndsWith(name, "__b") => "Big objects cannot be asked for what has changed and cannot be mapped.",
        _ when EndsWith(name, "__e") => "Platform events are messages without rows and cannot be mapped.",
        _ when EndsWith(name, "ChangeEvent") => "Change events are messages without rows and cannot be mapped.",
        _ when EndsWith(name, "__x") => "External objects keep their data outside of Salesforce and cannot be mapped.",
        _ when !isQueryable => "The org does not let this object be queried, so it cannot be mapped.",
        _ => null,
    };

    private static bool EndsWith(string name, string ending) => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase);
}
