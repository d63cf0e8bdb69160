namespace Tandem.Salesforce.Records;

/// <summary>What a write by REST asks of the org beyond its rows. Source: salesforce-api.md, section 2.9.</summary>
public sealed record WriteOptions
{
    private const string AutoAssign = "Sforce-Auto-Assign";
    private const string DuplicateRule = "Sforce-Duplicate-Rule-Header";

    /// <summary>No assignment rule runs, and a duplicate rule that alerts refuses.</summary>
    public static WriteOptions None { get; } = new();

    /// <summary>The org's active assignment rules give new and changed records their owners. Without being told, REST runs them.</summary>
    public bool AssignsByActiveRules { get; init; }

    /// <summary>This rule runs, active or not; null for none.</summary>
    public SalesforceId? AssignmentRule { get; init; }

    /// <summary>A record is saved although a duplicate rule alerts, where the rule lets that be.</summary>
    public bool SavesDuplicates { get; init; }

    /// <summary>The headers that say so, for a call or a request within one.</summary>
    internal IEnumerable<(string Name, string Value)> Headers
    {
        get
        {
            yield return (AutoAssign, AssignmentRule is { } rule ? rule.Value : AssignsByActiveRules ? "TRUE" : "FALSE");
            if (SavesDuplicates)
                yield return (DuplicateRule, "allowSave=true");
        }
    }
}
