using System.Globalization;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Data;

/// <summary>
/// What the platform adds to a new file version before it commits: its number and file type, the document that it starts or renews, and
/// the links of a new document to its owner and to where it was published first.
/// </summary>
internal static class ContentFiles
{
    public static void Complete(OrgTransaction transaction, IReadOnlyList<(ObjectTable Table, Record Record, object?[]? Before)> touched)
    {
        if (transaction.Org.FindTable("ContentVersion") is not { } versions
            || transaction.Org.FindTable("ContentDocument") is not { } documents)
            return;
        for (var at = 0; at < touched.Count; at++)
        {
            var (table, record, before) = touched[at];
            if (ReferenceEquals(table, versions) && before is null && transaction.TryFind(versions, record.Id, out _)
                && Get(transaction.Values(record), versions, "VersionNumber") is null)
                Complete(transaction, versions, documents, record);
        }
    }

    private static void Complete(OrgTransaction transaction, ObjectTable versions, ObjectTable documents, Record version)
    {
        var values = (object?[])transaction.Values(version).Clone();
        var path = Get(values, versions, "PathOnClient") as string;
        var extension = Path.GetExtension(path)?.TrimStart('.') is { Length: > 0 } found ? found : null;
        Set(values, versions, "Title", Get(values, versions, "Title") ?? Path.GetFileNameWithoutExtension(path));
        Set(values, versions, "FileExtension", extension);
        Set(values, versions, "FileType", extension?.ToUpperInvariant() ?? "UNKNOWN");
        Set(values, versions, "ContentModifiedDate", Get(values, versions, "ContentModifiedDate") ?? transaction.StampValue);
        Set(values, versions, "IsLatest", true);
        var documentId = Get(values, versions, "ContentDocumentId") as string;
        var number = 1;
        if (documentId is null)
        {
            documentId = Create(transaction, documents, []);
            Set(values, versions, "ContentDocumentId", documentId);
            Link(transaction, documentId, Get(values, versions, "OwnerId") as string ?? transaction.UserId, "I");
            if (Get(values, versions, "FirstPublishLocationId") is string place)
                Link(transaction, documentId, place, "V");
        }
        else
        {
            number += Retire(transaction, versions, documentId, version);
        }

        Set(values, versions, "VersionNumber", number.ToString(CultureInfo.InvariantCulture));
        transaction.Update(versions, version, values);
        Renew(transaction, documents, documentId, versions, values);
    }

    /// <summary>The older versions are no more the latest; gives their number.</summary>
    private static int Retire(OrgTransaction transaction, ObjectTable versions, string documentId, Record latest)
    {
        var older = transaction.ChildrenOf(versions, versions.Type.OrdinalOf("ContentDocumentId"), documentId)
            .Where(version => !ReferenceEquals(version, latest)).ToList();
        foreach (var version in older)
        {
            if (Get(transaction.Values(version), versions, "IsLatest") is not true)
                continue;
            var values = (object?[])transaction.Values(version).Clone();
            Set(values, versions, "IsLatest", false);
            transaction.Touch(versions, values);
            transaction.Update(versions, version, values);
        }

        return older.Count;
    }

    private static void Renew(OrgTransaction transaction, ObjectTable documents, string documentId, ObjectTable versions,
        object?[] version)
    {
        if (!transaction.TryFind(documents, documentId, out var document))
            return;
        var values = (object?[])transaction.Values(document).Clone();
        foreach (var name in (string[])["Title", "Description", "FileType", "FileExtension", "ContentSize", "ContentModifiedDate"])
            Set(values, documents, name, Get(version, versions, name));
        Set(values, documents, "LatestPublishedVersionId", version[0]);
        transaction.Touch(documents, values);
        transaction.Update(documents, document, values);
    }

    private static void Link(OrgTransaction transaction, string documentId, string entityId, string shareType)
    {
        if (transaction.Org.FindTable("ContentDocumentLink") is { } links)
            Create(transaction, links, [("ContentDocumentId", documentId), ("LinkedEntityId", entityId), ("ShareType", shareType)]);
    }

    private static string Create(OrgTransaction transaction, ObjectTable table, IReadOnlyList<(string Name, object? Value)> given)
    {
        var type = table.Type;
        var values = new object?[type.Fields.Count];
        for (var ordinal = 0; ordinal < values.Length; ordinal++)
            values[ordinal] = type.Fields[ordinal].DefaultValue ?? (type.Fields[ordinal].Type == FieldType.Boolean ? false : null);
        foreach (var (name, value) in given)
            Set(values, table, name, value);
        Set(values, table, "OwnerId", transaction.UserId);
        Set(values, table, "CreatedDate", transaction.StampValue);
        Set(values, table, "CreatedById", transaction.UserId);
        transaction.Touch(table, values);
        var id = table.NextId();
        values[0] = id;
        transaction.Insert(table, new Record(type, values));
        return id;
    }

    private static object? Get(object?[] values, ObjectTable table, string name) =>
        table.Type.OrdinalOf(name) is >= 0 and var ordinal ? values[ordinal] : null;

    private static void Set(object?[] values, ObjectTable table, string name, object? value)
    {
        if (table.Type.OrdinalOf(name) is >= 0 and var ordinal)
            values[ordinal] = value;
    }
}
