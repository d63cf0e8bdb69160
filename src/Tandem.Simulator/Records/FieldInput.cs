using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Tandem.Simulator.Data;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Records;

/// <summary>
/// A value from a request's JSON as a field stores it, or the error that the platform gives for it. Everything that can be judged
/// without looking at other records is judged here. Source: salesforce-api.md, sections 8.2 and 9.1.
/// </summary>
internal readonly record struct FieldInput(object? Value, SaveError? Error)
{
    private static readonly SearchValues<char> NotInEmail = SearchValues.Create(" ,;\t\r\n\"()<>");
    private static readonly decimal[] PowersOfTen = [.. Enumerable.Range(0, 29).Select(exponent =>
        Enumerable.Repeat(10m, exponent).Aggregate(1m, (power, ten) => power * ten))];
    private static readonly object True = true;
    private static readonly object False = false;

    public static FieldInput Read(Field field, JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Null)
        {
            return field.Type == FieldType.Boolean
                ? Fail(field, "INVALID_TYPE_ON_FIELD_IN_RECORD", $"{field.Label}: value not of required type: null")
                : new FieldInput(null, null);
        }

        return field.Type switch
        {
            FieldType.Boolean => Boolean(field, json),
            FieldType.Int or FieldType.Long => Whole(field, json),
            FieldType.Double or FieldType.Currency or FieldType.Percent => Number(field, json),
            FieldType.Address or FieldType.Location => new FieldInput(null, null),
            _ => Text(field, json),
        };
    }

    private static FieldInput Boolean(Field field, JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.True => new FieldInput(True, null),
        JsonValueKind.False => new FieldInput(False, null),
        JsonValueKind.String when bool.TryParse(json.GetString(), out var truth) => new FieldInput(truth ? True : False, null),
        _ => Unreadable(field, json),
    };

    private static FieldInput Whole(Field field, JsonElement json)
    {
        if (!TryNumber(json, out var text))
            return Unreadable(field, json);
        if (text.Length == 0)
            return new FieldInput(null, null);
        if (!decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            return IsNumeric(text) ? OutOfRange(field, text) : Unreadable(field, json);
        if (number != decimal.Truncate(number))
            return Unreadable(field, json);
        if (Math.Abs(number) >= PowersOfTen[field.Digits])
            return OutOfRange(field, text);
        return new FieldInput(field.Type == FieldType.Int ? (int)number : (long)number, null);
    }

    private static FieldInput Number(Field field, JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Number || !json.TryGetDecimal(out var number))
        {
            if (!TryNumber(json, out var text))
                return Unreadable(field, json);
            if (text.Length == 0)
                return new FieldInput(null, null);
            if (!decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number))
                return IsNumeric(text) ? OutOfRange(field, text) : Unreadable(field, json);
        }

        var rounded = decimal.Round(number, field.Scale, MidpointRounding.AwayFromZero);
        return Math.Abs(rounded) >= PowersOfTen[field.Precision - field.Scale] ? OutOfRange(field, TextOf(json))
            : new FieldInput(rounded, null);
    }

    private static FieldInput Text(Field field, JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.String || ReadText(json) is not { } raw)
            return Unreadable(field, json);
        var text = raw.Trim();
        if (text.Length == 0)
            return new FieldInput(null, null);

        switch (field.Type)
        {
            case FieldType.Date:
                return DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
                    ? InRange(field, text, date.Year, date) : Unreadable(field, json);
            case FieldType.DateTime:
                return IsoDateTime.TryParse(text, out var moment) ? InRange(field, text, moment.Year, moment) : Unreadable(field, json);
            case FieldType.Time:
                string[] formats = ["HH:mm:ss.FFF'Z'", "HH:mm:ss'Z'", "HH:mm'Z'"];
                return TimeOnly.TryParseExact(text, formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
                    ? new FieldInput(time, null) : Unreadable(field, json);
            case FieldType.Base64:
                return json.TryGetBytesFromBase64(out var blob) ? new FieldInput(blob, null) : Unreadable(field, json);
            case FieldType.Id or FieldType.Reference:
                return RecordId.TryNormalize(text, out var id)
                    ? new FieldInput(id, null) : new FieldInput(null, SaveErrors.MalformedId(field.Label, text, [field.Name]));
            case FieldType.MultiPicklist:
                return MultiPicklist(field, text);
            case FieldType.Picklist when field.IsRestrictedPicklist && !field.PicklistValues.Contains(text, StringComparer.Ordinal):
                return Fail(field,
                    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", $"{field.Label}: bad value for restricted picklist field: {text}");
            case FieldType.Email when !IsEmail(text):
                return Fail(field, "INVALID_EMAIL_ADDRESS", $"{field.Label}: invalid email address: {text}");
            default:
                return Fit(field, text);
        }
    }

    private static FieldInput MultiPicklist(Field field, string text)
    {
        var chosen = text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Distinct(StringComparer.Ordinal).ToList();
        var unknown = chosen.Except(field.PicklistValues, StringComparer.Ordinal).ToList();
        if (field.IsRestrictedPicklist && unknown.Count > 0)
            return Fail(field,
                "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", $"{field.Label}: bad value for restricted picklist field: {unknown[0]}");
        return Fit(field, string.Join(';', field.PicklistValues.Where(value => chosen.Contains(value,
            StringComparer.Ordinal)).Concat(unknown)));
    }

    private static FieldInput Fit(Field field, string text)
    {
        if (field.Length > 0 && text.Length > field.Length)
            return Fail(field, "STRING_TOO_LONG", $"{field.Label}: data value too large: {text} (max length={field.Length})");

        // Nobody can read an encrypted text back in full, so only its mask is kept.
        return new FieldInput(field.Type == FieldType.EncryptedString ? new string('*', Math.Max(0,
            text.Length - 4)) + text[^Math.Min(4, text.Length)..]
            : text, null);
    }

    private static FieldInput InRange(Field field, string text, int year, object value) => year is >= 1700 and <= 4000
        ? new FieldInput(value, null)
        : Fail(field, "NUMBER_OUTSIDE_VALID_RANGE", $"{field.Label}: invalid date: {text}");

    private static FieldInput OutOfRange(Field field, string text) =>
        Fail(field, "NUMBER_OUTSIDE_VALID_RANGE", $"{field.Label}: value outside of valid range on numeric field: {text}");

    private static FieldInput Unreadable(Field field, JsonElement json) => Fail(field, "JSON_PARSER_ERROR",
        $"Cannot deserialize instance of {field.Type.ToString().ToLowerInvariant()} from {TokenOf(json)} value "
        + json.GetRawText().Trim('"'));

    private static FieldInput Fail(Field field, string code, string message) =>
        new(null, new SaveError { StatusCode = code, Message = message, Fields = [field.Name] });

    /// <summary>Numbers may come as JSON numbers or as text; an exponent beyond the range of decimal is a range error, not a syntax
    /// error.</summary>
    private static bool TryNumber(JsonElement json, out string text)
    {
        text = json.ValueKind switch
        {
            JsonValueKind.Number => json.GetRawText(),
            JsonValueKind.String => (ReadText(json) ?? "x").Trim(),
            _ => "x",
        };
        return json.ValueKind is JsonValueKind.Number or JsonValueKind.String;
    }

    private static string TextOf(JsonElement json) => TryNumber(json, out var text) ? text : "";

    private static bool IsNumeric(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture,
        out var number) && !double.IsNaN(number);

    /// <summary>Null for a text with half of a surrogate pair, which is no text.</summary>
    private static string? ReadText(JsonElement json)
    {
        try
        {
            return json.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string TokenOf(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => "VALUE_STRING",
        JsonValueKind.True => "VALUE_TRUE",
        JsonValueKind.False => "VALUE_FALSE",
        JsonValueKind.Array => "START_ARRAY",
        JsonValueKind.Object => "START_OBJECT",
        _ => json.GetRawText().AsSpan().ContainsAny('.', 'e', 'E') ? "VALUE_NUMBER_FLOAT" : "VALUE_NUMBER_INT",
    };

    private static bool IsEmail(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        return at > 0 && at == text.LastIndexOf('@') && text.IndexOf('.', at) > at + 1 && !text.EndsWith('.') && !text.Contains("..",
            StringComparison.Ordinal)
            && !text.AsSpan().ContainsAny(NotInEmail);
    }
}
