using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tandem.Simulator.Data;
using Tandem.Simulator.Http;

namespace Tandem.Simulator.Metadata;

/// <summary>The objects of the org and the fields of each, as saves enforce them. Source: salesforce-api.md, section 2.2.</summary>
internal static class DescribeEndpoints
{
    private static readonly string[] ReadMethods = [HttpMethods.Get, HttpMethods.Head];
    private static readonly string[] AbsentLists = ["actionOverrides", "namedLayoutInfos"];
    private static readonly string[] AbsentValues =
    [
        "defaultImplementation", "extendedBy", "extendsInterfaces", "implementedBy", "implementsInterfaces", "networkScopeFieldName",
        "sobjectDescribeOption",
    ];

    public static void Map(IEndpointRouteBuilder routes, Org org)
    {
        routes.MapMethods("/services/data/v{version}/sobjects", ReadMethods, context => Global(context, org));
        routes.MapMethods("/services/data/v{version}/sobjects/{object}/describe", ReadMethods, context => Describe(context, org));
    }

    /// <summary>Writes the keys that the list of objects and describe share; the object's own resource answers them too.</summary>
    public static void WriteSummary(Utf8JsonWriter writer, ObjectType type, string root, UserAccess access)
    {
        var isEditable = access.CanEdit(type);
        writer.WriteBoolean("activateable", false);
        writer.WriteNull("associateEntityType");
        writer.WriteNull("associateParentEntity");
        writer.WriteBoolean("createable", isEditable && type.IsCreateable);
        writer.WriteBoolean("custom", type.IsCustom);
        writer.WriteBoolean("customSetting", false);
        writer.WriteBoolean("deepCloneable", false);
        writer.WriteBoolean("deletable", isEditable && type.IsDeletable);
        writer.WriteBoolean("deprecatedAndHidden", false);
        writer.WriteBoolean("feedEnabled", false);
        writer.WriteBoolean("hasSubtypes", false);
        writer.WriteBoolean("isInterface", false);
        writer.WriteBoolean("isSubtype", false);
        writer.WriteString("keyPrefix", type.KeyPrefix);
        writer.WriteString("label", type.Label);
        writer.WriteString("labelPlural", type.LabelPlural);
        writer.WriteBoolean("layoutable", type.IsCreateable);
        writer.WriteBoolean("mergeable", type.IsMergeable);
        writer.WriteBoolean("mruEnabled", false);
        writer.WriteString("name", type.Name);
        writer.WriteBoolean("queryable", true);
        writer.WriteBoolean("replicateable", type.IsReplicateable);
        writer.WriteBoolean("retrieveable", true);
        writer.WriteBoolean("searchable", false);
        writer.WriteBoolean("triggerable", type is { IsCreateable: true, IsUpdateable: true, IsDeletable: true });
        writer.WriteBoolean("undeletable", isEditable && type.HasRecycleBin);
        writer.WriteBoolean("updateable", isEditable && type.IsUpdateable);
        writer.WriteStartObject("urls");
        writer.WriteString("rowTemplate", $"{root}/sobjects/{type.Name}/{{ID}}");
        writer.WriteString("describe", $"{root}/sobjects/{type.Name}/describe");
        writer.WriteString("sobject", $"{root}/sobjects/{type.Name}");
        writer.WriteEndObject();
    }

    /// <summary>The fields of an object as describe shows them to a user; SOAP's describe asks too.</summary>
    public static IEnumerable<Field> FieldsFor(UserAccess access, ObjectType type) => type.Fields.Where(field => access.CanSee(type, field))
        .Select(field => access.CanEdit(type, field) ? field : field with { IsCreateable = false, IsUpdateable = false });

    /// <summary>The references of all objects that point to an object, as far as a user may see them.</summary>
    public static IEnumerable<(ObjectType Child, Field Reference)> ChildrenFor(UserAccess access, Org org, ObjectType parent) =>
        org.Types.OrderBy(type => type.Name, StringComparer.Ordinal).SelectMany(child => child.Fields
            .Where(field => field.ReferenceTo.Contains(parent.Name, StringComparer.Ordinal) && access.CanSee(child, field))
            .Select(field => (child, field)));

    private static Task Global(HttpContext context, Org org)
    {
        if (IsNotModified(context, org))
            return Task.CompletedTask;
        var (root, access) = (ApiRequest.Root(context), ApiRequest.Access(context, org));
        return JsonAnswer.WriteAsync(context, 200, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("encoding", "UTF-8");
            writer.WriteNumber("maxBatchSize", 200);
            writer.WriteStartArray("sobjects");
            foreach (var type in org.Types.Where(access.CanSee).OrderBy(type => type.Name, StringComparer.Ordinal))
            {
                writer.WriteStartObject();
                WriteSummary(writer, type, root, access);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    private static Task Describe(HttpContext context, Org org)
    {
        var type = ApiRequest.Table(context, org).Type;
        if (IsNotModified(context, org))
            return Task.CompletedTask;
        var (root, access) = (ApiRequest.Root(context), ApiRequest.Access(context, org));
        return JsonAnswer.WriteAsync(context, 200, writer =>
        {
            writer.WriteStartObject();
            WriteSummary(writer, type, root, access);
            foreach (var name in AbsentLists)
                JsonAnswer.WriteTexts(writer, name, []);
            foreach (var name in AbsentValues)
                writer.WriteNull(name);
            writer.WriteBoolean("compactLayoutable", false);
            writer.WriteBoolean("listviewable", false);
            writer.WriteBoolean("lookupLayoutable", false);
            writer.WriteBoolean("searchLayoutable", false);
            writer.WriteStartArray("supportedScopes");
            writer.WriteStartObject();
            writer.WriteString("label", $"All {type.LabelPlural}");
            writer.WriteString("name", "everything");
            writer.WriteEndObject();
            writer.WriteEndArray();
            WriteChildren(writer, org, type, access);
            writer.WriteStartArray("fields");
            foreach (var field in FieldsFor(access, type))
                FieldJson.Write(writer, field);
            writer.WriteEndArray();
            WriteRecordTypes(writer, org, type, root);
            writer.WriteEndObject();
        });
    }

    private static void WriteChildren(Utf8JsonWriter writer, Org org, ObjectType parent, UserAccess access)
    {
        writer.WriteStartArray("childRelationships");
        foreach (var (child, field) in ChildrenFor(access, org, parent))
        {
            writer.WriteStartObject();
            writer.WriteBoolean("cascadeDelete", field.OnDelete == DeleteRule.Cascade);
            writer.WriteString("childSObject", child.Name);
            writer.WriteBoolean("deprecatedAndHidden", false);
            writer.WriteString("field", field.Name);
            JsonAnswer.WriteTexts(writer, "junctionIdListNames", []);
            JsonAnswer.WriteTexts(writer, "junctionReferenceTo", []);
            writer.WriteString("relationshipName", field.ChildRelationshipName);
            writer.WriteBoolean("restrictedDelete", field.OnDelete == DeleteRule.Restrict);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteRecordTypes(Utf8JsonWriter writer, Org org, ObjectType type, string root)
    {
        writer.WriteStartArray("recordTypeInfos");
        if (org.FindTable("RecordType") is { } table)
        {
            var (name, developerName, target) = (table.Type.OrdinalOf("Name"), table.Type.OrdinalOf("DeveloperName"),
                table.Type.OrdinalOf("SobjectType"));
            var active = table.Type.OrdinalOf("IsActive");
            foreach (var record in table.Records.Where(record => string.Equals(record[target] as string, type.Name,
                StringComparison.Ordinal))
                .OrderBy(record => record.Id, StringComparer.Ordinal))
                WriteRecordType(writer, record.Id, record[name] as string, record[developerName] as string, record[active] is true,
                    false, type, root);
        }

        WriteRecordType(writer, "012000000000000AAA", "Master", "Master", true, true, type, root);
        writer.WriteEndArray();
    }

    private static void WriteRecordType(Utf8JsonWriter writer, string id, string? name, string? developerName, bool isActive, bool isMaster,
        ObjectType type, string root)
    {
        writer.WriteStartObject();
        writer.WriteBoolean("active", isActive);
        writer.WriteBoolean("available", isActive);
        writer.WriteBoolean("defaultRecordTypeMapping", isMaster);
        writer.WriteString("developerName", developerName);
        writer.WriteBoolean("master", isMaster);
        writer.WriteString("name", name);
        writer.WriteString("recordTypeId", id);
        writer.WriteStartObject("urls");
        writer.WriteString("layout", $"{root}/sobjects/{type.Name}/describe/layouts/{id}");
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <summary>The whole org has one stamp: whatever changes its shape, or a user's access, makes every description new.</summary>
    private static bool IsNotModified(HttpContext context, Org org)
    {
        var modified = new DateTimeOffset(org.ShapedAt);
        context.Response.Headers.LastModified = modified.ToString("R", CultureInfo.InvariantCulture);
        if (!DateTimeOffset.TryParseExact(context.Request.Headers.IfModifiedSince.ToString(), "R", CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal, out var since) || since < modified)
            return false;
        context.Response.StatusCode = StatusCodes.Status304NotModified;
        return true;
    }
}
