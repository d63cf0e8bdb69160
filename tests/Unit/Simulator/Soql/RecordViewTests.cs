using Shouldly;
using Tandem.Simulator.Data;
using Tandem.Simulator.Soql;
using Xunit;
using Record = Tandem.Simulator.Data.Record;

namespace Tandem.Tests.Unit.Simulator.Soql;

/// <summary>
/// Queries see what their view shows and not what is committed, as those within a composite call must. Source: salesforce-api.md,
/// section 2.8.
/// </summary>
public sealed class RecordViewTests
{
    [Theory]
    [InlineData("SELECT Name FROM Account WHERE Name LIKE 'alpha%'", "alpha two")]
    [InlineData("SELECT Name FROM Account WHERE Id = '001S00000000001AAA'", "alpha two")]
    [InlineData("SELECT Account.Name FROM Contact WHERE Account.Name = 'alpha two'", "alpha two")]
    [InlineData("SELECT Name FROM Account WHERE Name = 'beta'", "")]
    [InlineData("SELECT Name FROM Account WHERE Id IN (SELECT AccountId FROM Contact WHERE LastName = 'New')", "50% off_")]
    public void Rows_parents_and_semi_joins_come_from_the_view(string statement, string expected)
    {
        var org = SampleOrg.Create();
        var view = new ShadowView(org);
        var context = new QueryContext { Org = org, Access = UserAccess.Full, View = view };
        var query = QueryBinder.Bind(SoqlParser.Parse(statement), context);
        var rows = query.Run(includeDeleted: false).Rows;
        string.Join(',', rows.Select(row => query.Columns[0].Value(row))).ShouldBe(expected);
    }

    [Fact]
    public void Children_come_from_the_view()
    {
        var org = SampleOrg.Create();
        var context = new QueryContext { Org = org, Access = UserAccess.Full, View = new ShadowView(org) };
        var statement = $"SELECT Id, (SELECT LastName FROM Contacts) FROM Account WHERE Id = '{SampleOrg.IdOf("001", 3)}'";
        var row = QueryBinder.Bind(SoqlParser.Parse(statement), context).Run(includeDeleted: false).Rows.ShouldHaveSingleItem();
        var children = row.Children.ShouldNotBeNull()[0].ShouldNotBeNull();
        children.Rows.ShouldHaveSingleItem().Values[1].ShouldBe("New");
    }

    /// <summary>An account renamed, one removed and a contact added, none of them committed.</summary>
    private sealed class ShadowView(Org org) : IRecordView
    {
        public IEnumerable<Record> Records(ObjectTable table)
        {
            foreach (var record in table.Records)
            {
                if (Find(table, record.Id) is { } seen)
                    yield return seen;
            }

            if (table.Type.Name == "Contact")
                yield return new Record(table.Type, [SampleOrg.IdOf("003", 9), "New", SampleOrg.IdOf("001", 3)]);
        }

        public Record? Find(ObjectTable table, string id)
        {
            if (id == SampleOrg.IdOf("001", 2) || org.Committed.Find(table, id) is not { } record)
                return null;
            if (id != SampleOrg.IdOf("001", 1))
                return record;
            var values = (object?[])record.Values.Clone();
            values[1] = "alpha two";
            return new Record(table.Type, values);
        }
    }
}
