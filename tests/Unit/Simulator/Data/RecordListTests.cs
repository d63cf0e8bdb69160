using Shouldly;
using Tandem.Simulator.Data;
using Tandem.Simulator.Metadata;
using Xunit;
using Record = Tandem.Simulator.Data.Record;

namespace Tandem.Tests.Unit.Simulator.Data;

/// <summary>The order of a table's records, and walks beside saves and purges.</summary>
public sealed class RecordListTests
{
    private static readonly ObjectType Type = new("Thing__c", "Thing", "a00", [new Field { Name = "Id", Type = FieldType.Id }]);

    [Fact]
    public void Walks_in_the_order_of_arrival_beyond_the_first_capacity()
    {
        var records = Records(100);
        var list = Filled(records);

        list.Walk().ShouldBe(records);
    }

    [Fact]
    public void A_removed_record_is_gone_from_walks_before_and_after_its_place_is_reused()
    {
        var records = Records(100);
        var list = Filled(records);

        for (var number = 0; number < 90; number++)
        {
            list.Remove(records[number]);
            list.Walk().ShouldBe(records[(number + 1)..]);
        }

        var late = Records(1)[0];
        list.Add(late);
        list.Walk().ShouldBe([.. records[90..], late]);
    }

    [Fact]
    public void A_walk_under_way_does_not_see_what_came_later()
    {
        var records = Records(50);
        var list = Filled(records[..10]);
        using var walk = list.Walk().GetEnumerator();
        walk.MoveNext().ShouldBeTrue();

        foreach (var record in records[10..])
            list.Add(record);

        var seen = new List<Record> { walk.Current };
        while (walk.MoveNext())
            seen.Add(walk.Current);
        seen.ShouldBe(records[..10]);
    }

    private static Record[] Records(int count) =>
        [.. Enumerable.Range(1, count).Select(number => new Record(Type, [RecordId.Create("a00", number)]))];

    private static RecordList Filled(IEnumerable<Record> records)
    {
        var list = new RecordList();
        foreach (var record in records)
            list.Add(record);
        return list;
    }
}
