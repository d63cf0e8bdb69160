using Shouldly;
using Tandem.Simulator.Data;
using Tandem.Simulator.Metadata;
using Tandem.Simulator.Records;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Unit.Simulator.Data;

/// <summary>
/// What the feed of commits tells of computed fields, and that a rollback leaves the references' index as it was. Source:
/// salesforce-api.md, section 10.
/// </summary>
public sealed class FieldRefreshTests : IDisposable
{
    private const string Metadata = """
        { "objects": [
          { "name": "User", "fields": [] },
          { "name": "Master__c", "fields": [
            { "name": "Code__c", "type": "text" },
            { "name": "Ages_On__c", "type": "number", "formula": "TODAY() - DATE(2026, 1, 1)" },
            { "name": "Sum__c", "type": "number", "rollUp": { "child": "Detail__c", "operation": "sum", "field": "Size__c" } } ] },
          { "name": "Detail__c", "fields": [
            { "name": "Master__c", "type": "reference", "referenceTo": ["Master__c"], "masterDetail": true },
            { "name": "Size__c", "type": "number" },
            { "name": "Shout__c", "type": "text", "formula": "UPPER(Master__r.Code__c)" } ] } ] }
        """;

    private readonly FakeTimeProvider _time = new(SampleTime.Noon);
    private readonly List<RecordChange> _told = [];
    private readonly Org _org;
    private readonly RecordSaver _saver;
    private readonly Caller _caller;

    public FieldRefreshTests()
    {
        _org = new Org(MetadataReader.Parse("test.json", Metadata), _time);
        _org.Listen(committed => _told.AddRange(committed.Changes));
        _saver = new RecordSaver(_org, TimeSpan.Zero);
        var user = Table("User");
        var values = new object?[user.Type.Fields.Count];
        values[0] = _org.AdminUserId;
        user.Add(new Tandem.Simulator.Data.Record(user.Type, values));
        _caller = Caller.Of(_org.AdminUserId);
    }

    public void Dispose() => _org.Dispose();

    [Fact]
    public async Task Nobody_is_told_of_a_formula_that_follows_its_parent()
    {
        var master = await InsertAsync("Master__c", ("Name", "m"), ("Code__c", "abc"));
        var detail = await InsertAsync("Detail__c", ("Name", "d"), ("Master__c", master), ("Size__c", 3m));
        _told.Clear();
        await UpdateAsync("Master__c", master, ("Code__c", "xyz"));
        Value("Detail__c", detail, "Shout__c").ShouldBe("XYZ");
        _told.Select(change => change.Id).ShouldBe([master]);
    }

    [Fact]
    public async Task A_roll_up_is_told_of_as_an_update_of_the_master()
    {
        var master = await InsertAsync("Master__c", ("Name", "m"));
        _told.Clear();
        var detail = await InsertAsync("Detail__c", ("Name", "d"), ("Master__c", master), ("Size__c", 3m));
        Value("Master__c", master, "Sum__c").ShouldBe(3m);
        _told.Select(change => (change.Id, change.Kind)).ShouldBe([(detail, ChangeKind.Create), (master, ChangeKind.Update)]);
        _told[1].Before.ShouldNotBeNull()[Table("Master__c").Type.OrdinalOf("Sum__c")].ShouldBe(0m);
    }

    [Fact]
    public async Task The_day_changes_formulas_and_nothing_else()
    {
        var master = await InsertAsync("Master__c", ("Name", "m"));
        var (age, stamp) = (Value("Master__c", master, "Ages_On__c").ShouldBeOfType<decimal>(), Value("Master__c", master, "SystemModstamp"));
        _told.Clear();
        _time.Advance(TimeSpan.FromDays(3));
        await _org.Upkeep.RunAsync(TestContext.Current.CancellationToken);
        Value("Master__c", master, "Ages_On__c").ShouldBe(age + 3);
        Value("Master__c", master, "SystemModstamp").ShouldBe(stamp);
        _told.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_end_of_the_bin_is_told_as_a_purge()
    {
        var master = await InsertAsync("Master__c", ("Name", "m"));
        _org.Delete([master], _caller).ShouldAllBe(result => result.IsSuccess);
        _told.Clear();
        _time.Advance(TimeSpan.FromDays(16));
        await _org.Upkeep.RunAsync(TestContext.Current.CancellationToken);
        _told.Select(change => (change.Id, change.Kind)).ShouldBe([(master, ChangeKind.Purge)]);
        Table("Master__c").Find(master).ShouldBeNull();
    }

    [Fact]
    public async Task A_rolled_back_child_is_no_child()
    {
        var master = await InsertAsync("Master__c", ("Name", "m"));
        var kept = await InsertAsync("Detail__c", ("Name", "kept"), ("Master__c", master), ("Size__c", 2m));
        var results = await _saver.CreateAsync([Draft("Detail__c", ("Name", "gone"), ("Master__c", master), ("Size__c", 5m)),
            Draft("Detail__c", ("Name", "wrong"))], allOrNone: true, _caller, TestContext.Current.CancellationToken);
        results.ShouldAllBe(result => !result.IsSuccess);
        Value("Master__c", master, "Sum__c").ShouldBe(2m);
        await UpdateAsync("Detail__c", kept, ("Size__c", 4m));
        Value("Master__c", master, "Sum__c").ShouldBe(4m);
        _told.Clear();
        _org.Delete([master], _caller).ShouldAllBe(result => result.IsSuccess);
        _told.Select(change => change.Id).ShouldBe([kept, master]);
    }

    private async Task<string> InsertAsync(string name, params (string Field, object? Value)[] values)
    {
        var results = await _saver.CreateAsync([Draft(name, values)], allOrNone: true, _caller, TestContext.Current.CancellationToken);
        results[0].Errors.ShouldBeEmpty();
        return results[0].Id.ShouldNotBeNull();
    }

    private async Task UpdateAsync(string name, string id, params (string Field, object? Value)[] values)
    {
        var results = await _saver.UpdateAsync([Draft(name, values) with { Id = id }], allOrNone: true, _caller,
            TestContext.Current.CancellationToken);
        results[0].Errors.ShouldBeEmpty();
    }

    private RecordDraft Draft(string name, params (string Field, object? Value)[] values) => new()
    {
        Table = Table(name),
        Values = values.ToDictionary(pair => Table(name).Type.OrdinalOf(pair.Field), pair => pair.Value),
    };

    private object? Value(string name, string id, string field) => Table(name).Find(id).ShouldNotBeNull()[Table(name).Type.OrdinalOf(field)];

    private ObjectTable Table(string name) => _org.FindTable(name).ShouldNotBeNull();
}
