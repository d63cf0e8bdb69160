using System.Text.Json;

namespace Tandem.Simulator.Metadata;

/// <summary>
/// Reads which fields of an object are tracked, and makes the object that holds their history where no file describes it. Used by
/// <see cref="MetadataReader"/>; the rows are written by the saves.
/// </summary>
internal static class HistoryReader
{
    public const string TrackHistory = "trackHistory";

    public static void Read(MetadataNode node, ObjectDraft draft)
    {
        foreach (var field in node.Has(TrackHistory) ? node.Texts(TrackHistory) : [])
            draft.TrackedFields.Add((field, node));
    }

    /// <summary>The metadata of the history of an object; null when it has none, or a file has described it already.</summary>
    public static MetadataNode? MakeObject(ObjectDraft draft, IReadOnlyList<ObjectDraft> drafts)
    {
        var isCustom = draft.Name.EndsWith("__c", StringComparison.Ordinal);
        var name = ObjectType.HistoryNameOf(draft.Name);
        if (draft.TrackedFields.Count == 0 || drafts.Any(other => other.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
            return null;
        object ReadOnly(string field, string type, int length) =>
            new { name = field, type, length, createable = false, updateable = false };
        var label = draft.Label + " History";
        return new MetadataNode(name, "$", JsonSerializer.SerializeToElement(new
        {
            name,
            label,
            labelPlural = label,
            owner = false,
            history = true,
            createable = false,
            updateable = false,
            deletable = false,
            fields = new[]
            {
                new
                {
                    name = isCustom ? "ParentId" : draft.Name + "Id",
                    type = "reference",
                    referenceTo = new[] { draft.Name },
                    childRelationshipName = "Histories",
                    onDelete = "cascade",
                    createable = false,
                    updateable = false,
                },
                ReadOnly("Field", "picklist", 255),
                ReadOnly("DataType", "picklist", 40),
                ReadOnly("OldValue", "anytype", 255),
                ReadOnly("NewValue", "anytype", 255),
            },
        }));
    }

    public static void Check(ObjectDraft draft, ObjectType type)
    {
        foreach (var (name, node) in draft.TrackedFields)
        {
            if (type.FindField(name) is not { } field)
                throw node.Error(TrackHistory, $"{type.Name} has no field {name}.");
            if (field.IsCalculated || field.IsCompound || !field.IsUpdateable)
                throw node.Error(TrackHistory, $"{name} cannot be tracked: expected a field that saves can change.");
        }
    }
}
