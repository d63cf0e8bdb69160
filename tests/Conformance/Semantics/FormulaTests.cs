using System.Text.Json;
using Shouldly;
using Xunit;

namespace Tandem.Tests.Conformance.Semantics;

/// <summary>The formula language: operators, functions, blanks, and the sentences about what it does not take. Source:
/// salesforce-api.md, section 2.2 ("Formula/roll-up").</summary>
public sealed class FormulaTests
{
    private const string Fields = """
        { "name": "A__c", "type": "number", "scale": 4 }, { "name": "B__c", "type": "number", "scale": 4 },
        { "name": "T__c", "type": "text", "length": 80 }, { "name": "P__c", "type": "picklist", "values": ["Red", "Green"] },
        { "name": "M__c", "type": "multipicklist", "values": ["x", "y", "z"] },
        { "name": "D__c", "type": "date" }, { "name": "At__c", "type": "datetime" }, { "name": "Ok__c", "type": "boolean" },
        { "name": "R__c", "type": "percent", "scale": 4 }
        """;

    private static readonly (string Type, string Text, string Expected)[] Cases =
    [
        ("number", "A__c + 2 * 3 - 1", "12.0"), ("number", "2 ^ 3 ^ 2", "64.0"), ("number", "-(A__c - 10) / 2", "1.5"),
        ("number", "A__c / (A__c - 7)", "null"), ("number", "B__c + 1", "null"), ("number", "R__c * 100", "33.0"),
        ("percent", "R__c / 2", "16.5"), ("number", "ROUND(2.5, 0) + ROUND(-2.45, 1) + ROUND(1250, -2)", "1300.5"),
        ("number", "FLOOR(-2.5) + CEILING(2.1) + MFLOOR(-2.5)", "-2.0"), ("number", "MIN(3, A__c, 5) + MAX(1, 2)", "5.0"),
        ("number", "MOD(A__c, 4) + ABS(-1) + SQRT(16)", "8.0"), ("number", "VALUE('12.5') + LEN('abc')", "15.5"),
        ("number", "FIND('l', 'hello') + FIND('x', 'hello') + FIND('l', 'hello', 4)", "7.0"),
        ("text", "'a' & \"b\" & TEXT(A__c) + 'c'", "ab7c"), ("text", "T__c & MID(\"abcdef\", 2, 3)", "bcd"),
        ("text", "LEFT('abc', 2) & RIGHT('abc', 5) & UPPER('x') & LOWER('Y') & TRIM('  z ')", "ababcXyz"),
        ("text", "SUBSTITUTE('a-b-c', '-', '+') & LPAD('7', 3, '0') & RPAD('7', 2)", "a+b+c0077 "),
        ("text", "IF(ISPICKVAL(P__c, 'Red'), 'warm', 'cold')", "warm"), ("text", "CASE(P__c, 'Green', 'g', 'Red', 'r', '?')", "r"),
        ("text", "CASE(A__c, 1, 'one', 7, 'seven', NULL)", "seven"), ("text", "BLANKVALUE(T__c, 'none')", "none"),
        ("text", "TEXT(D__c) & '|' & TEXT(At__c)", "2026-01-31|2026-01-31 10:00:00Z"), ("text", "'It\\'s'", "It's"),
        ("text", "HYPERLINK('https://x.test', 'X')", "<a href=\"https://x.test\" target=\"_blank\">X</a>"),
        ("boolean", "A__c >= 7 && NOT(B__c > 0) && Ok__c", "true"), ("boolean", "OR(A__c < 7, A__c <> 7, FALSE)", "false"),
        ("boolean", "AND(ISBLANK(T__c), ISNULL(B__c), T__c = '', B__c = NULL)", "true"), ("boolean", "!Ok__c || A__c == 8", "false"),
        ("boolean", "CONTAINS('Hello', 'ell') && BEGINS('Hello', 'He') && INCLUDES(M__c, 'y')", "true"),
        ("boolean", "REGEX('AB-12', '[A-Z]+-\\\\d+') /* a comment */", "true"), ("boolean", "'a' < 'b' && 1 != 2", "true"),
        ("date", "D__c + 1", "2026-02-01"), ("date", "ADDMONTHS(D__c, 1)", "2026-02-28"), ("date", "DATE(2026, 2, 30)", "null"),
        ("date", "DATEVALUE(At__c)", "2026-01-31"), ("date", "ADDMONTHS(DATE(2026, 2, 28), 1)", "2026-03-31"),
        ("number", "YEAR(D__c) + MONTH(D__c) + DAY(D__c) + WEEKDAY(D__c)", "2065.0"), ("number", "D__c - DATE(2026, 1, 1)", "30.0"),
        ("number", "(At__c - DATETIMEVALUE('2026-01-31 04:00:00')) * 24", "6.0"),
        ("datetime", "At__c + 0.5", "2026-01-31T22:00:00.000+0000"), ("date", "IF(Ok__c, D__c, NULL)", "2026-01-31"),
        ("text", "IF(ISBLANK(B__c), NULL, 'x')", "null"), ("text", "CreatedBy.Alias & '/' & CreatedBy.Profile.UserType", "user1/Standard"),
    ];

    [Fact]
    public async Task Every_operator_and_function_gives_what_the_platform_gives()
    {
        var computed = Cases.Select((one, at) => JsonSerializer.Serialize(one.Type is "number" or "percent"
            ? (object)new { name = $"F{at}__c", type = one.Type, scale = 4, formula = one.Text }
            : new { name = $"F{at}__c", type = one.Type, formula = one.Text }));
        await using var org = await SimulatedOrg.StartAsync(
            metadata: $$"""{ "objects": [ { "name": "X__c", "fields": [ {{Fields}}, {{string.Join(',', computed)}} ] } ] }""");
        var id = await org.CreateAsync("X__c",
            new { Name = "x", A__c = 7, P__c = "Red", M__c = "z;y", D__c = "2026-01-31", At__c = "2026-01-31T10:00:00Z", Ok__c = true,
                R__c = 33 });
        var row = await org.GetAsync($"/sobjects/X__c/{id}");
        row.GetProperty("M__c").GetString().ShouldBe("y;z");
        for (var at = 0; at < Cases.Length; at++)
        {
            var value = row.GetProperty($"F{at}__c");
            (value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText()).ShouldBe(Cases[at].Expected, Cases[at].Text);
        }
    }

    [Theory]
    [InlineData("number", "IF(A__c, 1, 2)", "IF expects a boolean as argument 1, found a number")]
    [InlineData("number", "NOPE(1)", "there is no function NOPE")]
    [InlineData("number", "ROUND(1)", "ROUND: expected 2 arguments, found 1")]
    [InlineData("number", "A__c + 'x'", "expected a number for +, found a text")]
    [InlineData("number", "A__c = T__c", "= joins a number with a text")]
    [InlineData("text", "A__c", "it gives a number, and the field is of type String")]
    [InlineData("boolean", "ISCHANGED(A__c)", "only a validation rule can look at a save")]
    [InlineData("text", "Owner.Profile", "at character 1: Profile is no field of User")]
    [InlineData("text", "$User.Id", "global value")]
    [InlineData("text", "'open", "expected the closing quote")]
    [InlineData("number", "(1 + 2", "at character 7: expected a closing parenthesis")]
    [InlineData("number", "1 2", "at character 3: expected an operator or the end")]
    public async Task A_mistake_is_told_with_its_place(string type, string formula, string problem)
    {
        var error = await Should.ThrowAsync<Tandem.Simulator.Metadata.MetadataException>(() => SimulatedOrg.StartAsync(
            metadata: $$"""
            { "objects": [ { "name": "X__c", "fields": [ {{Fields}},
              { "name": "F__c", "type": "{{type}}", "formula": {{JsonSerializer.Serialize(formula)}} } ] } ] }
            """));
        error.Path.ShouldBe("$.objects[0].fields[9].formula");
        error.Message.ShouldContain(problem);
    }
}
