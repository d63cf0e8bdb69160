using Shouldly;
using Tandem.Salesforce.Describe;
using Tandem.Sync.Schema;
using Xunit;

namespace Tandem.Tests.Unit.Sync.Schema;

/// <summary>salesforce-api.md, sections 2.2 (what length counts), 7 (AllowFieldTruncationHeader) and 8.2 (blanks at the ends).</summary>
public sealed class TextCutTests
{
    [Theory]
    [InlineData(FieldType.String, true)]
    [InlineData(FieldType.TextArea, true)]
    [InlineData(FieldType.Phone, true)]
    [InlineData(FieldType.Email, true)]
    [InlineData(FieldType.Picklist, true)]
    [InlineData(FieldType.MultiPicklist, true)]
    [InlineData(FieldType.EncryptedString, true)]
    [InlineData(FieldType.Url, false)]
    [InlineData(FieldType.Combobox, false)]
    [InlineData(FieldType.Id, false)]
    [InlineData(FieldType.Reference, false)]
    [InlineData(FieldType.Unknown, false)]
    public void Cuts_the_types_that_Salesforce_cuts(FieldType type, bool isCut) =>
        TextCut.Apply(Field(type), "abcdef").ShouldBe(isCut ? "abcd" : "abcdef");

    [Theory]
    [InlineData("abcd")]
    [InlineData("  abcd  ")]
    [InlineData("")]
    [InlineData("     ")]
    public void Leaves_what_fits_once_Salesforce_has_trimmed_it(string text) => TextCut.Apply(Field(FieldType.String), text).ShouldBe(text);

    [Theory]
    [InlineData("  abcdef", "abcd")]
    [InlineData("abc def", "abc ")]
    [InlineData("ab😀d", "ab😀")]
    [InlineData("abc😀", "abc")]
    public void Cuts_behind_the_trimmed_beginning_and_between_characters(string text, string cut) =>
        TextCut.Apply(Field(FieldType.String), text).ShouldBe(cut);

    [Fact]
    public void Leaves_a_field_alone_that_tells_no_length() =>
        TextCut.Apply(Field(FieldType.String) with { Length = 0 }, "abcdef").ShouldBe("abcdef");

    private static FieldDescription Field(FieldType type) => SampleObjects.Map("Ext__c", "Name").Fields
        .First(field => field.Description.Name == "Name").Description with { Type = type, Length = 4 };
}
