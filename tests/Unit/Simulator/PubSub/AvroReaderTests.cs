using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Tandem.Simulator.PubSub.Avro;
using Xunit;

namespace Tandem.Tests.Unit.Simulator.PubSub;

/// <summary>Avro's encoding of single values, by the examples of its specification.</summary>
public sealed class AvroReaderTests
{
    [Theory]
    [InlineData(0, "00")]
    [InlineData(-1, "01")]
    [InlineData(1, "02")]
    [InlineData(-64, "7F")]
    [InlineData(64, "8001")]
    [InlineData(long.MaxValue, "FEFFFFFFFFFFFFFFFF01")]
    [InlineData(long.MinValue, "FFFFFFFFFFFFFFFFFF01")]
    public void Numbers_are_zigzag(long number, string hex)
    {
        var writer = new AvroWriter();
        writer.WriteLong(number);
        Convert.ToHexString(writer.Written).ShouldBe(hex);
        new AvroReader(Convert.FromHexString(hex)).ReadLong().ShouldBe(number);
    }

    [Fact]
    public void What_is_written_is_read() => Prop.ForAll<long, NonNull<string>, bool>((number, text, truth) =>
    {
        // Halves of surrogate pairs are no text that UTF-8 can carry.
        var whole = new string([.. text.Get.Where(letter => !char.IsSurrogate(letter))]);
        var writer = new AvroWriter();
        writer.WriteLong(number);
        writer.WriteText(whole);
        writer.WriteBoolean(truth);
        writer.WriteDouble(number / 8.0);
        var reader = new AvroReader(writer.Written);
        return reader.ReadLong() == number && reader.ReadText() == whole && reader.ReadBoolean() == truth
            && reader.ReadDouble().Equals(number / 8.0) && reader.IsAtEnd;
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("80")]
    [InlineData("")]
    [InlineData("FFFFFFFFFFFFFFFFFFFF01")]
    public void A_number_that_does_not_end_is_refused(string hex) =>
        Should.Throw<FormatException>(() => new AvroReader(Convert.FromHexString(hex)).ReadLong());

    [Theory]
    [InlineData("0461")]
    [InlineData("0161")]
    [InlineData("02FF")]
    public void A_text_that_is_none_is_refused(string hex) =>
        Should.Throw<FormatException>(() => new AvroReader(Convert.FromHexString(hex)).ReadText());
}
