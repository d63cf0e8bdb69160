using Tandem.Simulator.Http;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Bulk;

/// <summary>Which objects Bulk jobs may name; clients fall back to REST for the others. Source: salesforce-api.md, section 3.2.</summary>
internal static class BulkObjects
{
    private static readonly string[] Suffixes = ["History", "Feed", "Share", "__Tag"];

    /// <summary>Those whose metadata say so, and never the ones that the platform derives from others.</summary>
    public static bool Supports(ObjectType type) => type.IsBulkSupported
        && (type.IsCustom || !Suffixes.Any(suffix => type.Name.EndsWith(suffix, StringComparison.Ordinal)));

    public static ApiException Refuse(string objectName) =>
        new(400, "INVALIDENTITY", $"Entity '{objectName}' is not supported by the Bulk API.");
}
