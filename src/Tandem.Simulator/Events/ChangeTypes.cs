namespace Tandem.Simulator.Events;

/// <summary>The names of what a change event tells of. Source: salesforce-api.md, section 6.7.</summary>
public static class ChangeTypes
{
    public const string Create = "CREATE";
    public const string Update = "UPDATE";
    public const string Delete = "DELETE";
    public const string Undelete = "UNDELETE";
    public const string GapCreate = "GAP_CREATE";
    public const string GapUpdate = "GAP_UPDATE";
    public const string GapDelete = "GAP_DELETE";
    public const string GapUndelete = "GAP_UNDELETE";
    public const string GapOverflow = "GAP_OVERFLOW";

    /// <summary>All of them in the order of the schemas' enum, which has one more that no org sends.</summary>
    public static IReadOnlyList<string> All { get; } =
        [Create, Update, Delete, Undelete, GapCreate, GapUpdate, GapDelete, GapUndelete, GapOverflow, "SNAPSHOT"];

    /// <summary>The gap that stands for a change that the org could not spell out; a gap stays what it is.</summary>
    public static string GapOf(string changeType) => IsGap(changeType) ? changeType : "GAP_" + changeType;

    public static bool IsGap(string changeType) => changeType.StartsWith("GAP_", StringComparison.Ordinal);
}
