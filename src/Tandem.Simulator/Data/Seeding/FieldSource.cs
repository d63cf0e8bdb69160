using System.Collections.Frozen;
using System.Globalization;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Data.Seeding;

/// <summary>Chooses, once for each field, how the seed fills it: by its name where the name says what it holds, else by its type.</summary>
internal static class FieldSource
{
    private const int BlankPercent = 15;

    private static readonly object True = true;
    private static readonly object False = false;

    private static readonly FrozenDictionary<string, string> MailNames = Words.FirstNames.Concat(Words.LastNames)
        .Distinct(StringComparer.Ordinal)
        .Where(name => name.All(char.IsAsciiLetter))
        .ToFrozenDictionary(name => name, name => name.ToLowerInvariant(), StringComparer.Ordinal);

    /// <summary>Null for a field that the seed itself, the auto-number or the derivation fills.</summary>
    public static Func<RowSeed, object?>? For(ObjectType type, Field field)
    {
        if (field.Type == FieldType.Id || field.IsAutoNumber || field.IsCompound || field.IsCalculated
            || field.Derivation != Derivation.None || !field.IsSeeded)
            return null;
        if (field.IsUnique || field.IsExternalId)
            return Unique(type, field);
        var source = ByName(type, field) ?? (field.IsCreateable ? ByType(field) : field.Type == FieldType.Boolean ? _ => False : null);
        if (source is null || !field.IsNillable || field.CompoundFieldName is not null)
            return source;
        return row => row.Random.Chance(BlankPercent) ? null : source(row);
    }

    private static Func<RowSeed, object?> Unique(ObjectType type, Field field)
    {
        var stem = type.Name.Replace("__c", "", StringComparison.Ordinal).ToUpperInvariant();
        return field.Type switch
        {
            FieldType.Int => row => row.Number,
            FieldType.Double => row => (decimal)row.Number,
            FieldType.Email => row => string.Create(CultureInfo.InvariantCulture, $"{stem.ToLowerInvariant()}{row.Number}@example.com"),
            _ => row => Cut(field, string.Create(CultureInfo.InvariantCulture, $"{stem[..Math.Min(3, stem.Length)]}-{row.Number:0000000}")),
        };
    }

    private static Func<RowSeed, object?>? ByName(ObjectType type, Field field)
    {
        var name = field.Name.EndsWith("__s", StringComparison.Ordinal) ? field.Name[..^3] : field.Name;
        if (field.CompoundFieldName is not null && name.EndsWith("Street", StringComparison.Ordinal))
            return row => SharedTexts.Street(row.Random);
        if (field.CompoundFieldName is not null && name.EndsWith("City", StringComparison.Ordinal))
            return row => row.Place.City;
        if (field.CompoundFieldName is not null && name.EndsWith("State", StringComparison.Ordinal))
            return row => row.Place.State;
        if (field.CompoundFieldName is not null && name.EndsWith("PostalCode", StringComparison.Ordinal))
            return row => row.Place.PostalCode;
        if (field.CompoundFieldName is not null && name.EndsWith("Country", StringComparison.Ordinal))
            return row => row.Place.Country;
        if (name.EndsWith("__Latitude", StringComparison.Ordinal))
            return row => decimal.Round(row.Place.Latitude, field.Scale);
        if (name.EndsWith("__Longitude", StringComparison.Ordinal))
            return row => decimal.Round(row.Place.Longitude, field.Scale);
        if (field.CompoundFieldName is not null && name.Contains("itude", StringComparison.Ordinal) || name.EndsWith("GeocodeAccuracy",
            StringComparison.Ordinal))
            return _ => null;
        return name switch
        {
            "LastName" => row => row.LastName,
            "FirstName" => row => row.FirstName,
            "Name" when type.Name is "Product2" => row => $"{row.Random.Pick(Words.Products)} {(char)('A' + (row.Number % 26))}",
            "Name" when type.Name is "Opportunity" => row => Cut(field, $"{row.Company} - {row.Random.Pick(Words.Products)}"),
            "Name" or "Company" => row => Cut(field, row.Company),
            "Email" or "SuppliedEmail" => Email,
            "Website" => row => string.Create(CultureInfo.InvariantCulture, $"https://www.example{row.Random.Next(1000)}.com"),
            "Title" => row => row.Random.Pick(Words.Titles),
            "Department" => row => row.Random.Pick(Words.Departments),
            "Subject" => row => row.Random.Pick(Words.Subjects),
            "Sic" => row => row.Trade.Code,
            "SicDesc" => row => row.Trade.Name,
            "NumberOfEmployees" => row => row.Random.Next(1, 20_000),
            "AnnualRevenue" => row => row.Random.Next(1, 100_000) * 1000m,
            "Amount" => row => row.Random.Next(1_000, 100_000_000) / 100m,
            "CloseDate" => row => DateOnly.FromDateTime(row.CreatedAt).AddDays(row.Random.Next(5, 200)),
            "Birthdate" => row => new DateOnly(1945, 1, 1).AddDays(row.Random.Next(60 * 365)),
            "TickerSymbol" => row => row.Company.Where(char.IsAsciiLetterUpper).Take(4).ToArray() is { Length: > 0 } letters
                ? new string(letters) : null,
            "ParentId" or "ReportsToId" => row => row.Random.Chance(80) ? null : row.Parent(field.ReferenceTo),
            _ => null,
        };
    }

    private static Func<RowSeed, object?>? ByType(Field field) => field.Type switch
    {
        FieldType.Boolean => row => row.Random.Chance(25) ? True : False,
        FieldType.Int => Whole((int)Math.Pow(10, Math.Min(6, field.Digits))),
        FieldType.Long => Long((long)Math.Pow(10, Math.Min(12, field.Digits))),
        FieldType.Double or FieldType.Currency => Number(field, 100_000),
        FieldType.Percent => Number(field, 100),
        FieldType.Date => row => DateOnly.FromDateTime(row.CreatedAt).AddDays(row.Random.Next(-100, 100)),
        FieldType.DateTime => row => row.CreatedAt.AddSeconds(-row.Random.Next(1_000_000)),
        FieldType.Time => row => new TimeOnly(row.Random.Next(24), row.Random.Next(4) * 15),
        FieldType.Phone => row => SharedTexts.Phone(row.Random),
        FieldType.Email => Email,
        FieldType.Url => row => string.Create(CultureInfo.InvariantCulture, $"https://example.com/{row.Random.Next(100_000)}"),
        FieldType.Picklist or FieldType.Combobox when field.PicklistValues.Count > 0 => row => row.Random.Pick(field.PicklistValues),
        FieldType.Picklist or FieldType.Combobox => null,
        FieldType.MultiPicklist => row => string.Join(';', field.PicklistValues.Where(_ =>
            row.Random.Chance(50))) is { Length: > 0 } chosen ? chosen : null,
        FieldType.Reference => row => row.Parent(field.ReferenceTo),
        FieldType.EncryptedString => row => string.Create(CultureInfo.InvariantCulture, $"********{row.Random.Next(10_000):0000}"),
        FieldType.Base64 => row => Enumerable.Range(0, 32).Select(_ => (byte)row.Random.Next(256)).ToArray(),
        FieldType.TextArea => row => Cut(field, row.Random.Pick(Words.Sentences)),
        _ => row => Cut(field, field.Length < 20 ? row.Random.Next(1000).ToString(CultureInfo.InvariantCulture)
            : row.Random.Pick(Words.Departments)),
    };

    private static Func<RowSeed, object?> Whole(int limit) => row => row.Random.Next(1, limit);

    private static Func<RowSeed, object?> Long(long limit) => row => row.Random.NextLong(limit);

    private static Func<RowSeed, object?> Number(Field field, int limit)
    {
        var whole = Math.Min(limit, (int)Math.Pow(10, Math.Min(6, field.Precision - field.Scale)));
        var steps = (int)Math.Pow(10, Math.Min(3, field.Scale));
        return row => row.Random.Next(whole * steps) / (decimal)steps;
    }

    /// <summary>Names in other alphabets have no mail form, so the row's number stands for them.</summary>
    private static string Email(RowSeed row)
    {
        return MailNames.TryGetValue(row.FirstName, out var first) && MailNames.TryGetValue(row.LastName, out var last)
            ? string.Create(CultureInfo.InvariantCulture, $"{first}.{last}{row.Number}@example.com")
            : string.Create(CultureInfo.InvariantCulture, $"person{row.Number}@example.com");
    }

    private static string Cut(Field field, string text) => text.Length <= field.Length ? text : text[..field.Length];
}
