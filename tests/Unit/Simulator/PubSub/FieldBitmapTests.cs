using Shouldly;
using Tandem.Simulator.PubSub.Avro;
using Xunit;

namespace Tandem.Tests.Unit.Simulator.PubSub;

/// <summary>Sets of fields as events list them. Source: salesforce-api.md, section 6.6.</summary>
public sealed class FieldBitmapTests
{
    [Fact]
    public void Bit_i_stands_for_the_field_at_index_i() => FieldBitmap.Encode([(1, -1), (23, -1)]).ShouldBe(["0x800002"]);

    [Fact]
    public void Parts_follow_under_the_index_of_their_compound() => FieldBitmap.Encode(
            [(7, 1), (5, -1), (6, -1), (7, -1), (10, -1), (24, -1), (26, -1), (29, -1), (30, -1), (4, 4), (7, 2)])
        .ShouldBe(["0x650004E0", "4-0x10", "7-0x06"]);

    [Fact]
    public void Without_a_field_at_the_top_the_list_starts_with_parts() => FieldBitmap.Encode([(5, 0)]).ShouldBe(["5-0x01"]);

    [Fact]
    public void No_field_is_no_bitmap() => FieldBitmap.Encode([]).ShouldBeEmpty();

    [Fact]
    public void Bits_go_beyond_any_word() => FieldBitmap.Encode([(200, -1)]).ShouldBe(["0x01" + new string('0', 50)]);
}
