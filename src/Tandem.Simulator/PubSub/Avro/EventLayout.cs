using Tandem.Simulator.Data;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.PubSub.Avro;

/// <summary>
/// Lays an object's fields out as its events do: which of them, in which order, written how. Source: salesforce-api.md, section 6.5.
/// </summary>
internal static class EventLayout
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

    /// <summary>Fields that tell nothing of the record itself.</summary>
    private static readonly HashSet<string> NeverCarried = new(StringComparer.OrdinalIgnoreCase)
        { "Id", "IsDeleted", "SystemModstamp", "LastViewedDate", "LastReferencedDate" };

    private static readonly (string Name, EventValueKind Kind, string DataType)[] AddressParts =
    [
        ("Street", EventValueKind.Text, "Text"), ("City", EventValueKind.Text, "Text"), ("State", EventValueKind.Text, "Text"),
        ("PostalCode", EventValueKind.Text, "Text"), ("Country", EventValueKind.Text, "Text"),
        ("StateCode", EventValueKind.Text, "DynamicEnum"), ("CountryCode", EventValueKind.Text, "DynamicEnum"),
        ("Latitude", EventValueKind.Double, "Double"), ("Longitude", EventValueKind.Double, "Double"),
        ("GeocodeAccuracy", EventValueKind.Text, "StaticEnum"),
    ];

    private static readonly (string Name, EventValueKind Kind, string DataType)[] LocationParts =
        [("Latitude", EventValueKind.Double, "Double"), ("Longitude", EventValueKind.Double, "Double")];

    private static readonly (string Name, EventValueKind Kind, string DataType)[] NameParts =
    [
        ("Salutation", EventValueKind.Text, "DynamicEnum"), ("FirstName", EventValueKind.Text, "Text"),
        ("LastName", EventValueKind.Text, "Text"), ("MiddleName", EventValueKind.Text, "Text"), ("Suffix", EventValueKind.Text, "Text"),
        ("InformalName", EventValueKind.Text, "Text"),
    ];

    /// <summary>The body of an object's change events.</summary>
    public static List<EventField> OfChanges(ObjectType type)
    {
        var names = type.Fields.Where(IsCarried).Select(field => field.Name).ToList();
        List<string> order = [];
        if (KnownOrders.TryGetValue(type.Name, out var known))
            order.AddRange(known.Where(name => names.Contains(name, StringComparer.OrdinalIgnoreCase)));
        var rest = names.Except(order, StringComparer.OrdinalIgnoreCase).ToList();
        order.AddRange(rest.Where(name => !IsCustom(name) && !SystemFields.Contains(name)));
        order.AddRange(SystemFields.Where(rest.Contains));
        order.AddRange(rest.Where(IsCustom));
        return [.. order.Select(name => Of(type, type.OrdinalOf(name)))];
    }

    /// <summary>The body of a platform event, after the time and the user that start it.</summary>
    public static List<EventField> OfPlatformEvent(ObjectType type) =>
        [.. Enumerable.Range(0, type.Fields.Count)
            .Where(ordinal => type.Fields[ordinal] is { IsCustom: true } field && IsCarried(field))
            .Select(ordinal => Of(type, ordinal))];

    private static bool IsCarried(Field field) => field.CompoundFieldName is null && !field.IsCalculated
        && field.Type != FieldType.Base64 && !NeverCarried.Contains(field.Name);

    private static bool IsCustom(string name) => name.EndsWith("__c", StringComparison.Ordinal);

    private static EventField Of(ObjectType type, int ordinal)
    {
        var field = type.Fields[ordinal];
        var isPersonName = field.IsNameField && type.Fields.Any(other => IsPart(other, field));
        return field.Type == FieldType.Address ? Compound(type, ordinal, "Address", AddressParts)
            : field.Type == FieldType.Location ? Compound(type, ordinal, "Location", LocationParts)
            : isPersonName ? Compound(type, ordinal, "PersonName",
                [.. NameParts.Where(part => type.OrdinalOf(part.Name) >= 0 || part.Name is "Salutation" or "FirstName" or "LastName")])
            : new EventField
            {
                Name = field.Name,
                Kind = KindOf(field.Type),
                Doc = DocOf(type, field),
                Ordinal = ordinal,
                IsSwitchableName = type.Name is "Account" && field.IsNameField,
            };
    }

    private static EventField Compound(
        ObjectType type, int ordinal, string recordName, IReadOnlyList<(string Name, EventValueKind Kind, string DataType)> parts) => new()
    {
        Name = type.Fields[ordinal].Name,
        Kind = EventValueKind.Compound,
        Doc = DocOf(type, type.Fields[ordinal]),
        Ordinal = ordinal,
        RecordName = recordName,
        Parts = [.. parts.Select(part => new EventField
        {
            Name = part.Name,
            Kind = part.Kind,
            Doc = $"Data:{part.DataType}",
            Ordinal = PartOrdinal(type, type.Fields[ordinal], part.Name),
        })],
    };

    private static int PartOrdinal(ObjectType type, Field compound, string part)
    {
        for (var ordinal = 0; ordinal < type.Fields.Count; ordinal++)
        {
            var name = type.Fields[ordinal].Name;
            var bare = name.EndsWith("__s", StringComparison.Ordinal) ? name[..^3] : name;
            if (IsPart(type.Fields[ordinal], compound) && bare.EndsWith(part, StringComparison.OrdinalIgnoreCase)
                && !type.Fields[ordinal].IsCalculated)
                return ordinal;
        }

        return -1;
    }

    private static bool IsPart(Field field, Field compound) =>
        compound.Name.Equals(field.CompoundFieldName, StringComparison.OrdinalIgnoreCase);

    private static EventValueKind KindOf(FieldType type) => type switch
    {
        FieldType.Boolean => EventValueKind.Boolean,
        FieldType.Int => EventValueKind.Int,
        FieldType.Long => EventValueKind.Long,
        FieldType.Double or FieldType.Currency or FieldType.Percent => EventValueKind.Double,
        FieldType.Date => EventValueKind.Date,
        FieldType.DateTime => EventValueKind.DateTime,
        FieldType.Time => EventValueKind.Time,
        _ => EventValueKind.Text,
    };

    private static string DocOf(ObjectType type, Field field)
    {
        var role = field.Name switch
        {
            "CreatedDate" => "CreatedDate",
            "CreatedById" => "CreatedBy",
            "LastModifiedDate" => "LastModifiedDate",
            "LastModifiedById" => "LastModifiedBy",
            _ => field.Type == FieldType.Reference ? "ForeignKey" : "Data",
        };
        var doc = $"{role}:{DataTypeOf(type, field)}";
        return IsCustom(field.Name) ? $"{doc}:{FieldId(type, field)}" : doc;
    }

    private static string DataTypeOf(ObjectType type, Field field) => field.Type switch
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
        FieldType.Picklist or FieldType.Combobox => field.IsRestrictedPicklist ? "StaticEnum" : "DynamicEnum",
        FieldType.MultiPicklist => "MultiEnum",
        FieldType.Reference or FieldType.Id => "EntityId",
        FieldType.Address => "Address",
        FieldType.Location => "Location",
        FieldType.TextArea when field.IsHtml => "HtmlStringPlusClob",
        FieldType.TextArea when field.Length > 255 => "StringPlusClob",
        _ when field.IsNameField && type.Name is "Account" => "Switchable_PersonName",
        _ when field.IsNameField && type.Fields.Any(other => IsPart(other, field)) => "PersonName",
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
