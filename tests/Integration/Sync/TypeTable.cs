namespace Tandem.Tests.Integration.Sync;

/// <summary>
/// Every type of Salesforce with its edge values, and what must stand in the database for each, spelled by hand.
/// Source: heroku-connect.md, section 4; salesforce-api.md, section 8.2.
/// </summary>
internal static class TypeTable
{
    public const int LongestText = 131_072;

    /// <summary>An object with a field of each type; `Name` is an auto-number.</summary>
    public const string Metadata = """
        {"objects": [{"name": "Every__c", "fields": [
          {"name": "Name", "type": "string", "length": 80, "nameField": true, "autoNumber": "E-{0000}"},
          {"name": "Text__c", "type": "string", "length": 255},
          {"name": "Short__c", "type": "textarea", "length": 1000},
          {"name": "Long__c", "type": "textarea", "length": 131072},
          {"name": "Rich__c", "type": "textarea", "length": 32768, "html": true},
          {"name": "Pick__c", "type": "picklist", "values": ["One", "Zwölf & mehr"]},
          {"name": "Multi__c", "type": "multipicklist", "values": ["Red", "Green", "Blue, dark"]},
          {"name": "Combo__c", "type": "combobox", "values": ["Round"], "length": 40},
          {"name": "Lookup__c", "type": "reference", "referenceTo": ["Account"]},
          {"name": "Flag__c", "type": "boolean"},
          {"name": "Int__c", "type": "int", "digits": 9},
          {"name": "Ticks__c", "type": "long"},
          {"name": "Whole__c", "type": "double", "precision": 18, "scale": 0},
          {"name": "Number__c", "type": "double", "precision": 12, "scale": 4},
          {"name": "Fraction__c", "type": "double", "precision": 18, "scale": 17},
          {"name": "Money__c", "type": "currency", "precision": 18, "scale": 2},
          {"name": "Share__c", "type": "percent", "precision": 5, "scale": 2},
          {"name": "Day__c", "type": "date"},
          {"name": "Moment__c", "type": "datetime"},
          {"name": "Hour__c", "type": "time"},
          {"name": "Phone__c", "type": "phone"},
          {"name": "Link__c", "type": "url"},
          {"name": "Mail__c", "type": "email"},
          {"name": "Secret__c", "type": "encryptedstring", "length": 50},
          {"name": "Any__c", "type": "anytype"},
          {"name": "Photo__c", "type": "base64"},
          {"name": "Home__c", "type": "address"},
          {"name": "Place__c", "type": "location", "scale": 6},
          {"name": "Double__c", "type": "currency", "formula": "Money__c * 2"},
          {"name": "Title__c", "type": "text", "formula": "Text__c & '!'"},
          {"name": "Is_Big__c", "type": "boolean", "formula": "Number__c > 1"}]}]}
        """;

    /// <summary>As long as a long text can be: quotes, both line breaks and four-byte characters to the last place.</summary>
    public static readonly string LongText =
        string.Concat(Enumerable.Repeat("say \"\"ja\"\",\r\n\n\ud83d\ude00é;\t", 7_000))[..(LongestText - 1)] + ".";

    private static readonly string LongJson = System.Text.Json.JsonSerializer.Serialize(LongText);

    public static IReadOnlyList<TypeCase> Cases { get; } =
    [
        new("Text__c", "\"a \\\"quoted\\\", 'and'\"", "a \"quoted\", 'and'"),
        new("Text__c", "\"\\\"\"", "\""),
        new("Text__c", "\"\\\"\\\"\"", "\"\""),
        new("Text__c", "\"  padded  \"", "padded"),
        new("Text__c", "\"\"", null),
        new("Text__c", "null", null),
        new("Text__c", "\"null\"", "null"),
        new("Text__c", "\"#N/A\"", "#N/A"),
        new("Text__c", "\"\\\\N\\\\x41\\\\\"", "\\N\\x41\\"),
        new("Text__c", "\"\\ud83d\\ude00 \ud83d\ude00 Zo\\u00eb 東京\"", "\ud83d\ude00 \ud83d\ude00 Zoë 東京"),
        new("Text__c", "\"line\\r\\nline\\nline\\tend\"", "line\r\nline\nline\tend"),
        new("Text__c", "\"a\\u2028b\\u00a0c\\u0001d\"", "a\u2028b\u00a0c\u0001d"),
        new("Text__c", "\"" + new string('東', 255) + "\"", new string('東', 255)),
        new("Short__c", "\",\\n,\"", ",\n,"),
        new("Long__c", LongJson, LongText),
        new("Rich__c", "\"<p>a &amp; <b>b</b></p>\"", "<p>a &amp; <b>b</b></p>"),
        new("Pick__c", "\"Zwölf & mehr\"", "Zwölf & mehr"),
        new("Pick__c", "\"not in the list\"", "not in the list"),
        new("Multi__c", "\"Blue, dark;Red\"", "Red;Blue, dark"),
        new("Multi__c", "\"Green\"", "Green"),
        new("Combo__c", "\"typed\"", "typed"),
        new("Lookup__c", "null", null),
        new("Flag__c", "true", "true"),
        new("Flag__c", "false", "false"),
        new("Int__c", "999999999", "999999999"),
        new("Int__c", "-999999999", "-999999999"),
        new("Int__c", "0", "0"),
        new("Ticks__c", "9007199254740993", "9007199254740993"),
        new("Ticks__c", "-123456789012345678", "-123456789012345678"),
        new("Whole__c", "123456789012345678", "1.2345678901234568e+17", "123456789012345678"),
        new("Whole__c", "-999999999999999999", "-1e+18", "-999999999999999999"),
        new("Whole__c", "23", "23"),
        new("Number__c", "0.1", "0.1", "0.1000"),
        new("Number__c", "-12345678.9012", "-12345678.9012", "-12345678.9012"),
        new("Number__c", "0", "0", "0.0000"),
        new("Number__c", "-0.0", "0", "0.0000"),
        new("Number__c", "1.0E3", "1000", "1000.0000"),
        new("Number__c", "0.0001", "0.0001", "0.0001"),
        new("Fraction__c", "1.23456789012345678", "1.2345678901234567", "1.23456789012345678"),
        new("Money__c", "1234567890123456.78", "1.2345678901234568e+15", "1234567890123456.78"),
        new("Money__c", "-0.01", "-0.01", "-0.01"),
        new("Money__c", "19.999", "20", "20.00"),
        new("Share__c", "-1.5", "-1.5", "-1.50"),
        new("Share__c", "100", "100", "100.00"),
        new("Day__c", "\"1700-01-01\"", "1700-01-01"),
        new("Day__c", "\"4000-12-31\"", "4000-12-31"),
        new("Day__c", "\"1900-02-28\"", "1900-02-28"),
        new("Day__c", "\"2000-02-29\"", "2000-02-29"),
        new("Moment__c", "\"1700-01-01T00:00:00.000Z\"", "1700-01-01 00:00:00", "1700-01-01 00:00:00+00"),
        new("Moment__c", "\"1999-12-31T23:59:59.000Z\"", "1999-12-31 23:59:59", "1999-12-31 23:59:59+00"),
        new("Moment__c", "\"2026-03-29T02:30:00.000+02:00\"", "2026-03-29 00:30:00", "2026-03-29 00:30:00+00"),
        new("Moment__c", "\"4000-12-31T23:59:59.000+0000\"", "4000-12-31 23:59:59", "4000-12-31 23:59:59+00"),
        new("Hour__c", "\"00:00:00.000Z\"", "00:00:00"),
        new("Hour__c", "\"10:30:00.000Z\"", "10:30:00"),
        new("Hour__c", "\"23:59:59.999Z\"", "23:59:59.999"),
        new("Phone__c", "\"+1 (0) 22 \u260e\"", "+1 (0) 22 \u260e"),
        new("Link__c", "\"https://example.com/?a=b&c=\\\\d\"", "https://example.com/?a=b&c=\\d"),
        new("Mail__c", "\"zoë@example.com\"", "zoë@example.com"),
        new("Secret__c", "\"12345678\"", "****5678"),
        new("Any__c", "\"7\"", "7"),
        new("Home__Street__s", "\"1 Main St\\nFloor 2\"", "1 Main St\nFloor 2"),
        new("Home__City__s", "\"Zürich\"", "Zürich"),
        new("Double__c", null, "4.5") { With = "\"Money__c\":2.25" },
        new("Double__c", null, null) { With = "\"Money__c\":null" },
        new("Double__c", null, "1999999999999.98") { With = "\"Money__c\":999999999999.99" },
        new("Title__c", null, "T!") { With = "\"Text__c\":\"T\"" },
        new("Is_Big__c", null, "true") { With = "\"Number__c\":1.5" },
        new("Place__Latitude__s", "-33.8688", "-33.8688") { With = "\"Place__Longitude__s\":151.2093" },
        new("Place__Longitude__s", "0.000001", "1e-06") { With = "\"Place__Latitude__s\":0" },
    ];
}
