using System.Globalization;
using Tandem.Simulator.Data;

namespace Tandem.Simulator.Records;

/// <summary>
/// What saving a version of a file brings along: the document that holds its versions, the links to who sees it, and the end of the
/// version before. Used by <see cref="RowSave"/> when the org has these objects. Source: salesforce-api.md, section 2.3.
/// </summary>
internal sealed class ContentFiles(OrgTransaction transaction)
{
    private const string VersionName = "ContentVersion";
    private const string DocumentId = "ContentDocumentId";

    public static bool IsVersion(ObjectTable table) => table.Type.Name is VersionName;

    /// <summary>Fills what a new version tells about itself, before it is checked.</summary>
    public static SaveError? Describe(ObjectTable table, object?[] values)
    {
        var type = table.Type;
        var path = Get(table, values, "PathOnClient") as string;
        if (path is null && Get(table, values, "VersionData") is not null)
            return new SaveError { StatusCode = "REQUIRED_FIELD_MISSING", Message = "Required fields are missing: [PathOnClient]",
                Fields = ["PathOnClient"] };
        var name = path?[(path.LastIndexOfAny(['/', '\\']) + 1)..];
        var dot = name?.LastIndexOf('.') ?? -1;
        var extension = dot >= 0 ? name?[(dot + 1)..] : null;
        if (type.OrdinalOf("Title") is >= 0 and var title)
            values[title] ??= dot > 0 ? name?[..dot] : name;
        Set(table, values, "FileExtension", extension);
        Set(table, values, "FileType", string.IsNullOrEmpty(extension) ? "UNKNOWN" : extension.ToUpperInvariant());
        Set(table, values, "IsLatest", true);
        Set(table, values, "VersionNumber", "1");
        return null;
    }

    /// <summary>Puts a new version into its document: a new one, or the one that it names.</summary>
    public void Publish(ObjectTable table, Record version)
    {
        if (transaction.Org.FindTable("ContentDocument") is not { } documents)
            return;
        if (Get(table, version.Values, DocumentId) is string id)
            Replace(table, version, documents, id);
        else
            Start(table, version, documents);
    }

    private void Start(ObjectTable table, Record version, ObjectTable documents)
    {
        var values = version.Values;
        var document = Make(documents, blank => Copy(table, values, documents, blank, version.Id));
        var published = (object?[])values.Clone();
        Set(table, published, DocumentId, document.Id);
        transaction.Update(table, version, published);
        if (transaction.Org.FindTable("ContentDocumentLink") is not { } links)
            return;
        Link(links, document.Id, transaction.UserId, "I");
        if (Get(table, values, "FirstPublishLocationId") is string place && place != transaction.UserId)
            Link(links, document.Id, place, "V");
    }

    private void Replace(ObjectTable table, Record version, ObjectTable documents, string documentId)
    {
        var ordinal = table.Type.OrdinalOf(DocumentId);
        var number = 1;
        foreach (var other in transaction.ChildrenOf(table, ordinal, documentId).Where(other => !ReferenceEquals(other, version)).ToList())
        {
            number++;
            if (Get(table, transaction.Values(other), "IsLatest") is not true)
                continue;
            var values = (object?[])transaction.Values(other).Clone();
            Set(table, values, "IsLatest", false);
            transaction.Touch(table, values);
            transaction.Update(table, other, values);
        }

        var numbered = (object?[])version.Values.Clone();
        Set(table, numbered, "VersionNumber", number.ToString(CultureInfo.InvariantCulture));
        transaction.Update(table, version, numbered);
        if (!transaction.TryFind(documents, documentId, out var document))
            return;
        var after = (object?[])transaction.Values(document).Clone();
        Copy(table, numbered, documents, after, version.Id);
        transaction.Touch(documents, after);
        transaction.Update(documents, document, after);
    }

    private void Link(ObjectTable links, string documentId, string entityId, string shareType) => Make(links, values =>
    {
        Set(links, values, DocumentId, documentId);
        Set(links, values, "LinkedEntityId", entityId);
        Set(links, values, "ShareType", shareType);
    });

    private static void Copy(ObjectTable versions, object?[] version, ObjectTable documents, object?[] document, string versionId)
    {
        foreach (var name in (string[])["Title", "Description", "ContentSize", "FileType", "FileExtension", "ContentModifiedDate"])
            Set(documents, document, name, Get(versions, version, name));
        Set(documents, document, "LatestPublishedVersionId", versionId);
    }

    /// <summary>Makes a record that the platform makes by itself, whatever callers may write.</summary>
    private Record Make(ObjectTable table, Action<object?[]> fill)
    {
        var plan = SavePlan.Of(table.Type);
        var values = plan.NewValues();
        fill(values);
        if (plan.Owner >= 0)
            values[plan.Owner] = transaction.UserId;
        Set(table, values, "CreatedDate", transaction.StampValue);
        Set(table, values, "CreatedById", transaction.UserId);
        transaction.Touch(table, values);
        transaction.Derive(table, values, null, static _ => false);
        values[0] = table.NextId();
        table.FillAutoNumbers(values);
        var record = new Record(table.Type, values);
        transaction.Insert(table, record);
        return record;
    }

    private static object? Get(ObjectTable table, object?[] values, string name) =>
        table.Type.OrdinalOf(name) is >= 0 and var ordinal ? values[ordinal] : null;

    private static void Set(ObjectTable table, object?[] values, string name, object? value)
    {
        if (table.Type.OrdinalOf(name) is >= 0 and var ordinal)
            values[ordinal] = value;
    }
}
