using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Tandem.Simulator.Data;
using Tandem.Simulator.Metadata;
using Tandem.Simulator.Soql;
using Xunit;

namespace Tandem.Tests.Unit.Simulator.Soql;

/// <summary>The packed sort against a plain one. Source: salesforce-api.md, section 4, default order and null placement.</summary>
public sealed class RowSorterTests
{
    [Fact]
    public void Sorts_as_a_plain_comparison_does()
    {
        var moment = Gen.Choose(0, 3).Select(day => day == 0 ? (object?)null : new DateTime(2026, 1, day, 0, 0, 0, DateTimeKind.Utc));
        var number = Gen.Choose(-2, 2).Select(value => value == 0 ? (object?)null : value);
        var id = Gen.Choose(0, 50).Select(value => (object?)RecordId.Expand($"001S000{(value % 2 == 0 ? 'a' : 'A')}000{value:D4}"));
        var row = from key in id
                  from when in moment
                  from count in number
                  select new[] { key, when, count };
        Prop.ForAll(Gen.OneOf(row.ListOf(), row.ListOf(60)).ToArbitrary(), Gen.Elements(true, false).Two().ToArbitrary(), (rows, flags) =>
        {
            var (isDescending, areNullsLast) = flags;
            object?[][] sorted = [.. rows];
            new RowSorter(
            [
                new OrderKey
                {
                    Read = values => values[1], Type = FieldType.DateTime, IsDescending = isDescending, AreNullsLast = areNullsLast,
                },
                new OrderKey { Read = values => values[2], Type = FieldType.Int, IsDescending = !isDescending },
                new OrderKey { Read = values => values[0], Type = FieldType.Id },
            ]).Sort(sorted);

            var expected = rows.OrderBy(values => values[1] is null == areNullsLast);
            expected = isDescending ? expected.ThenByDescending(values => values[1]) : expected.ThenBy(values => values[1]);
            expected = expected.ThenBy(values => values[2] is not null);
            expected = isDescending ? expected.ThenBy(values => values[2]) : expected.ThenByDescending(values => values[2]);
            return sorted.Select(values => values[0]).SequenceEqual(
                expected.ThenBy(values => (string?)values[0], StringComparer.Ordinal).Select(values => values[0]));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Orders_ids_by_their_bytes_even_when_they_begin_differently()
    {
        object?[][] rows = [["00GS00000000001AAA"], ["005S00000000002AAA"], ["005S00000000001AAA"]];
        new RowSorter([new OrderKey { Read = values => values[0], Type = FieldType.Id }]).Sort(rows);
        rows.Select(values => values[0]).ShouldBe(["005S00000000001AAA", "005S00000000002AAA", "00GS00000000001AAA"]);
    }
}
