using Record = Tandem.Simulator.Data.Record;
using Shouldly;
using Tandem.Simulator.Data;
using Tandem.Simulator.Metadata;
using Xunit;

namespace Tandem.Tests.Unit.Simulator.Data;

/// <summary>The records under one key: none is lost and none stays, however many there are.</summary>
public sealed class RecordBagTests
{
    private static readonly ObjectType Type = MetadataReader.Load(null)[0];

    [Fact]
    public void Few_records_keep_the_order_in_which_they_came()
    {
        var records = Make(5);
        var bag = Fill(records);
        bag.Remove(records[1]);
        bag.ShouldBe([records[0], records[2], records[3], records[4]]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(299)]
    public void Many_records_go_in_any_order_and_come_back(int step)
    {
        var records = Make(300);
        var bag = Fill(records);
        var expected = new HashSet<Record>(records);
        for (var at = 0; at < 260; at++)
        {
            var gone = records[at * step % 300];
            bag.Remove(gone);
            expected.Remove(gone);
            bag.Count.ShouldBe(expected.Count);
            bag.ShouldBe(expected, ignoreOrder: true);
        }

        foreach (var record in records.Where(expected.Add))
            bag.Add(record);
        bag.ShouldBe(records, ignoreOrder: true);
        bag[299].ShouldNotBeNull();
    }

    [Fact]
    public void A_record_that_is_not_in_it_changes_nothing()
    {
        var bag = Fill(Make(100));
        bag.Remove(Make(1)[0]);
        bag.Count.ShouldBe(100);
    }

    private static Record[] Make(int count) => [.. Enumerable.Range(0, count).Select(_ => new Record(Type, []))];

    private static RecordBag Fill(Record[] records)
    {
        var bag = new RecordBag(records[0]);
        foreach (var record in records[1..])
            bag.Add(record);
        return bag;
    }
}
