using Tandem.Simulator.Data;
using Tandem.Simulator.Events;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.PubSub.Avro;

/// <summary>
/// Lays an object's fields out as its events do: which of them, in which order, written how. Source: salesforce-api.md, section 6.5.
/// </summary>
internal static class AvroLayout
{
    private static readonly string[] SystemFields = ["OwnerId", "CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById"];

    /// <summary>The order of the platform's own schemas, where it is not that of describe; what is not named here follows.</summary>
    private static readonly Dictionary<string, string[]> KnownOrders = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Account"] =
        [
            "Name", "Type", "RecordTypeId", "ParentId", "BillingAddress", "ShippingAddress", "Phone", "Fax", "AccountNumber", "Website",
            "Sic", "Industry", "AnnualRevenue", "NumberOfEmployees", "Ownership", "TickerSymbol", "Description", "Rating", "Site",
            .. SystemFields,
        ],
        ["Contact"] =
        [
            "AccountId", "IsPersonAccount", "Name", "OtherAddress", "MailingAddress", "Phone", "Fax", "MobilePhone", "HomePhone",
            "OtherPhone", "AssistantPhone", "ReportsToId", "Email", "Title", "Department", "AssistantName", "LeadSource", "Birthdate",
            "Description", "OwnerId", "HasOptedOutOfEmail", "HasOptedOutOfFax", "DoNotCall", "CreatedDate", "CreatedById",
            "LastModifiedDate", "LastModifiedById",
        ],
    };

    private static readonly (string Name, AvroKind Kind, string DataType)[] AddressParts =
    [
        ("Street", AvroKind.Text, "Text"), ("City", AvroKind.Text, "Text"), ("State", AvroKind.Text, "Text"),
        ("PostalCode", AvroKind.Text, "Text"), ("Country", AvroKind.Text, "Text"),
        ("StateCode", AvroKind.Text, "DynamicEnum"), ("CountryCode", AvroKind.Text, "DynamicEnum"),
        ("Latitude", AvroKind.Double, "Double"), ("Longitude", AvroKind.Double, "Double"),
        ("GeocodeAccuracy", AvroKind.Text, "StaticEnum"),
    ];

    private static readonly (string Name, AvroKind Kind, string DataType)[] LocationParts =
        [("Latitude", AvroKind.Double, "Double"), ("Longitude", AvroKind.Double, "Double")];

    private static readonly (string Name, AvroKind Kind, string DataType)[] NameParts =
    [
        ("Salutation", AvroKind.Text, "DynamicEnum"), ("FirstName", AvroKind.Text, "Text"),
        ("LastName", AvroKind.Text, "Text"), ("MiddleName", AvroKind.Text, "Text"), ("Suffix", AvroKind.Text, "Text"),
        ("InformalName", AvroKind.Text, "Text"),
    ];

    /// <summary>The body of an object's change events.</summary>
    public static List<AvroField> OfChanges(ObjectType type)
    {
        var members = EventShape.Of(type).Fields.ToDictionary(member => member.Name, StringComparer.OrdinalIgnoreCase);
        List<string> order = [];
        if (KnownOrders.TryGetValue(type.Name, out var known))
            order.AddRange(known.Where(members.ContainsKey));
        var rest = EventShape.Of(type).Fields.Select(member => member.Name).Except(order, StringComparer.OrdinalIgnoreCase).ToList();
        order.AddRange(rest.Where(name => !IsCustom(name) && !SystemFields.Contains(name)));
        order.AddRange(SystemFields.Where(rest.Contains));
        order.AddRange(rest.Where(IsCustom));
        return [.. order.Select(name => Of(type, members[name]))];
    }

    /// <summary>The body of a platform event, after the time and the user that start it.</summary>
    public static List<AvroField> OfPlatformEvent(ObjectType type) =>
        [.. EventShape.Of(type).Fields.Where(member => member.Field.IsCustom).Select(member => Of(type, member))];

    private static bool IsCustom(string name) => name.EndsWith("__c", StringComparison.Ordinal);

    private static AvroField Of(ObjectType type, EventField member) => member.Parts.Count == 0
        ? new AvroField
        {
            Name = member.Name,
            Kind = KindOf(member.Field.Type),
            Doc = DocOf(type, member),
            Ordinal = member.Ordinal,
            IsSwitchableName = IsSwitchableName(type, member),
        }
        : member.Field.Type switch
        {
            FieldType.Address => Compound(type, member, "Address", AddressParts),
            FieldType.Location => Compound(type, member, "Location", LocationParts),
            _ => Compound(type, member, "PersonName", [.. NameParts.Where((part, at) => at < 3 || OrdinalOf(member, part.Name) >= 0)]),
        };

    private static AvroField Compound(
        ObjectType type, EventField member, string recordName, IReadOnlyList<(string Name, AvroKind Kind, string DataType)> parts) => new()
    {
        Name = member.Name,
        Kind = AvroKind.Compound,
        Doc = DocOf(type, member),
        Ordinal = -1,
        RecordName = recordName,
        Parts = [.. parts.Select(part => new AvroField
        {
            Name = part.Name,
            Kind = part.Kind,
            Doc = $"Data:{part.DataType}",
            Ordinal = OrdinalOf(member, part.Name),
        })],
    };

    private static int OrdinalOf(EventField compound, string part) =>
        compound.Parts.FirstOrDefault(known => known.Key == part)?.Ordinal ?? -1;

    private static bool IsSwitchableName(ObjectType type, EventField member) => type.Name is "Account" && member.Field.IsNameField;

    private static AvroKind KindOf(FieldType type) => type switch
    {
        FieldType.Boolean => AvroKind.Boolean,
        FieldType.Int => AvroKind.Int,
        FieldType.Long => AvroKind.Long,
        FieldType.Double or FieldType.Currency or FieldType.Percent => AvroKind.Double,
        FieldType.Date => AvroKind.Date,
        FieldType.DateTime => AvroKind.DateTime,
        FieldType.Time => AvroKind.Time,
        _ => AvroKind.Text,
    };

    private static string DocOf(ObjectType type, EventField member)
    {
        var field = member.Field;
        var role = field.Name switch
        {
            "CreatedDate" => "CreatedDate",
            "CreatedById" => "CreatedBy",
            "LastModifiedDate" => "LastModifiedDate",
            "LastModifiedById" => "LastModifiedBy",
            _ => field.Type == FieldType.Reference ? "ForeignKey" : "Data",
        };
        var doc = $"{role}:{DataTypeOf(type, member)}";
        return IsCustom(field.Name) ? $"{doc}:{FieldId(type, field)}" : doc;
    }

    private static string DataTypeOf(ObjectType type, EventField member) => member.Field.Type switch
    {
        FieldType.Boolean => "Boolean",
        FieldType.Int => "Integer",
        FieldType.Long => "Long",
        FieldType.Double => "Double",
        FieldType.Currency => "Currency",
        FieldType.Percent => "Percent",
        FieldType.Date => "DateOnly",
        FieldType.DateTime => "DateTime",
        FieldType.Time => "TimeOnly",
        FieldType.Phone => "Phone",
        FieldType.Url => "Url",
        FieldType.Email => "Email",
        FieldType.Picklist or FieldType.Combobox => member.Field.IsRestrictedPicklist ? "StaticEnum" : "DynamicEnum",
        FieldType.MultiPicklist => "MultiEnum",
        FieldType.Reference or FieldType.Id => "EntityId",
        FieldType.Address => "Address",
        FieldType.Location => "Location",
        FieldType.TextArea when member.Field.IsHtml => "HtmlStringPlusClob",
        FieldType.TextArea when member.Field.Length > 255 => "StringPlusClob",
        _ when IsSwitchableName(type, member) => "Switchable_PersonName",
        _ when member.Parts.Count > 0 => "PersonName",
        _ => "Text",
    };

    /// <summary>The 15-character id of a custom field, the same at every start.</summary>
    private static string FieldId(ObjectType type, Field field)
    {
        // FNV-1a: a string's own hash differs from process to process.
        var hash = 2_166_136_261u;
        foreach (var letter in $"{type.Name}.{field.Name}")
            hash = (hash ^ letter) * 16_777_619u;
        return RecordId.Create("00N", hash)[..15];
    }
}
