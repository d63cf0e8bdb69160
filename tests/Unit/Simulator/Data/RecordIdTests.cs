using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Tandem.Simulator.Data;
using Xunit;

namespace Tandem.Tests.Unit.Simulator.Data;

/// <summary>Record ids by salesforce-api.md, section 8.1.</summary>
public sealed class RecordIdTests
{
    [Theory]
    [InlineData("001Dp00000H8YVW", "IA3")]
    [InlineData("005Dp000000Ppjs", "IAC")]
    [InlineData("0033h000001sDzH", "AAU")]
    public void Adds_the_checksum_of_the_letter_case(string id15, string checksum)
    {
        RecordId.TryNormalize(id15, out var id18).ShouldBeTrue();
        id18.ShouldBe(id15 + checksum);
    }

    [Theory]
    [InlineData("001dp00000h8yvwia3")]
    [InlineData("001DP00000H8YVWIA3")]
    public void Repairs_the_case_of_an_18_character_id(string id)
    {
        RecordId.TryNormalize(id, out var id18).ShouldBeTrue();
        id18.ShouldBe("001Dp00000H8YVWIA3");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("001Dp00000H8YV")]
    [InlineData("001Dp00000H8YVW-A3")]
    [InlineData("001Dp00000H8YVWIA9")]
    [InlineData("000000000000000BAA")]
    public void Refuses_what_is_no_id(string? text) => RecordId.TryNormalize(text, out _).ShouldBeFalse();

    [Fact]
    public void Made_ids_are_distinct_and_normalize_to_themselves() =>
        Prop.ForAll(ArbMap.Default.ArbFor<PositiveInt>(), number =>
        {
            var id = RecordId.Create("003", number.Get);
            string[] spellings = [id, id[..15], id.ToLowerInvariant()];
            return spellings.All(spelling => RecordId.TryNormalize(spelling, out var normal) && Same(normal, id))
                && !Same(RecordId.Create("003", number.Get + 1L), id);
        }).QuickCheckThrowOnFailure();

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.Ordinal);
}
