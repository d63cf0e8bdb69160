using System.Text.Json;
using Record = Tandem.Simulator.Data.Record;
using Shouldly;
using Tandem.Simulator.Data;
using Tandem.Simulator.Metadata;
using Tandem.Simulator.Records;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Unit.Simulator.Records;

/// <summary>Saving rules by salesforce-api.md, sections 8.2, 9.1 and 10, on the standard objects and a small custom pair.</summary>
public sealed class RecordSaverTests : IDisposable
{
    private const string Custom = """
        {"objects":[{"name":"User","keyPrefix":"005","recycleBin":false,"owner":false,
          "fields":[{"name":"Name","type":"text","nameField":true},
          {"name":"IsActive","type":"boolean","default":true}]},
        {"name":"Master__c","fields":[{"name":"Code__c","type":"text","length":5,"externalId":true,"unique":true},
          {"name":"Exact__c","type":"text","unique":true,"caseSensitive":true},
          {"name":"Amount__c","type":"currency","precision":5,"scale":2},{"name":"Count__c","type":"int","digits":3},
          {"name":"Color__c","type":"picklist","values":["Red","Blue"],"restricted":true},
          {"name":"Free__c","type":"picklist","values":["A"]},
          {"name":"Tags__c","type":"multipicklist","values":["X","Y"],"restricted":true},{"name":"Mail__c","type":"email"},
          {"name":"Ready__c","type":"boolean"},{"name":"Day__c","type":"date"},{"name":"At__c","type":"datetime"},
          {"name":"Pos__c","type":"location"}]},
        {"name":"Detail__c","fields":[{"name":"Master__c","type":"reference","referenceTo":["Master__c"],"masterDetail":true}]},
        {"name":"Loose__c","fields":[{"name":"Master__c","type":"reference","referenceTo":["Master__c"]},
          {"name":"Twice__c","type":"number","scale":2,"formula":"Size__c * 2"},
          {"name":"Size__c","type":"number","scale":2}]}]}
        """;

    private readonly FakeTimeProvider _time = new(SampleTime.Noon);
    private readonly Org _org;
    private readonly RecordSaver _saver;

    public RecordSaverTests()
    {
        _org = new Org(MetadataReader.Parse("test.json", Custom), _time);
        _saver = new RecordSaver(_org, TimeSpan.Zero);
        var users = Table("User");
        var values = new object?[users.Type.Fields.Count];
        values[0] = users.NextId();
        values[users.Type.OrdinalOf("IsActive")] = true;
        users.Add(new Record(users.Type, values));
    }

    public void Dispose() => _org.Dispose();

    [Theory]
    [InlineData("""{"Code__c":"123456"}""", "STRING_TOO_LONG")]
    [InlineData("""{"Amount__c":1000}""", "NUMBER_OUTSIDE_VALID_RANGE")]
    [InlineData("""{"Amount__c":999.995}""", "NUMBER_OUTSIDE_VALID_RANGE")]
    [InlineData("""{"Amount__c":1e300}""", "NUMBER_OUTSIDE_VALID_RANGE")]
    [InlineData("""{"Amount__c":true}""", "JSON_PARSER_ERROR")]
    [InlineData("""{"Count__c":1000}""", "NUMBER_OUTSIDE_VALID_RANGE")]
    [InlineData("""{"Count__c":1.5}""", "JSON_PARSER_ERROR")]
    [InlineData("""{"Color__c":"Green"}""", "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST")]
    [InlineData("""{"Tags__c":"X;Z"}""", "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST")]
    [InlineData("""{"Mail__c":"no mail"}""", "INVALID_EMAIL_ADDRESS")]
    [InlineData("""{"Ready__c":null}""", "INVALID_TYPE_ON_FIELD_IN_RECORD")]
    [InlineData("""{"Day__c":"31.01.2026"}""", "JSON_PARSER_ERROR")]
    [InlineData("""{"At__c":"2026-01-31T10:00:00"}""", "JSON_PARSER_ERROR")]
    [InlineData("""{"Code__c":5}""", "JSON_PARSER_ERROR")]
    [InlineData("""{"Pos__Latitude__s":5}""", "FIELD_INTEGRITY_EXCEPTION")]
    [InlineData("""{"Pos__Latitude__s":91,"Pos__Longitude__s":1}""", "FIELD_INTEGRITY_EXCEPTION")]
    [InlineData("""{"SystemModstamp":"2026-01-31T10:00:00Z"}""", "INVALID_FIELD_FOR_INSERT_UPDATE")]
    [InlineData("""{"Name":null}""", "REQUIRED_FIELD_MISSING")]
    [InlineData("""{"OwnerId":"001Dp00000H8YVW"}""", "MALFORMED_ID")]
    [InlineData("""{"OwnerId":"005Dp000000Ppjs"}""", "INVALID_CROSS_REFERENCE_KEY")]
    [InlineData("""{"Missing__c":1}""", "INVALID_FIELD")]
    public async Task What_describe_forbids_is_refused(string json, string code)
    {
        var draft = Draft("Master__c", json.Contains("\"Name\"", StringComparison.Ordinal) ? json : json.Replace("{",
            "{\"Name\":\"n\",", StringComparison.Ordinal));
        var result = (await _saver.CreateAsync([draft], false, Caller.Of(_org.AdminUserId), TestContext.Current.CancellationToken))[0];
        result.Errors.ShouldContain(error => string.Equals(error.StatusCode, code, StringComparison.Ordinal));
        result.Id.ShouldBeNull();
        Table("Master__c").Count.ShouldBe(0);
    }

    [Fact]
    public async Task Values_are_stored_as_their_fields_hold_them()
    {
        var record = await Create("Master__c", """
            {"Name":" n ","Code__c":"","Amount__c":"1.005","Count__c":3.0,"Free__c":"Other","Tags__c":"Y; X",
             "At__c":"2026-01-31T10:00:00.900+0200","Day__c":"2026-01-31"}
            """);
        Value(record, "Name").ShouldBe("n");
        Value(record, "Code__c").ShouldBeNull();
        Value(record, "Amount__c").ShouldBe(1.01m);
        Value(record, "Count__c").ShouldBe(3);
        Value(record, "Free__c").ShouldBe("Other");
        Value(record, "Tags__c").ShouldBe("X;Y");
        Value(record, "At__c").ShouldBe(new DateTime(2026, 1, 31, 8, 0, 0, DateTimeKind.Utc));
        Value(record, "Ready__c").ShouldBe(false);
        Value(record, "OwnerId").ShouldBe(_org.AdminUserId);
    }

    [Fact]
    public async Task Unique_values_hold_once_by_the_fields_case_rule()
    {
        var first = await Create("Master__c", """{"Name":"n","Code__c":"a","Exact__c":"a"}""");
        var result = await TryCreate("Master__c", """{"Name":"n","Code__c":"A"}""");
        result.Errors.Single().StatusCode.ShouldBe("DUPLICATE_VALUE");
        result.Errors.Single().Message.ShouldBe($"duplicate value found: Code__c duplicates value on record with id: {first.Id[..15]}");
        (await TryCreate("Master__c", """{"Name":"n","Exact__c":"A"}""")).IsSuccess.ShouldBeTrue();
        (await TryUpdate(first, """{"Code__c":"a"}""")).IsSuccess.ShouldBeTrue();
        _org.Delete([first.Id], Caller.Of(_org.AdminUserId))[0].IsSuccess.ShouldBeTrue();
        (await TryCreate("Master__c", """{"Name":"n","Code__c":"A"}""")).IsSuccess.ShouldBeTrue();
        _org.Undelete([first.Id], Caller.Of(_org.AdminUserId))[0].Errors.Single().StatusCode.ShouldBe("DUPLICATE_VALUE");
    }

    [Fact]
    public async Task A_rolled_back_call_leaves_the_keys_as_they_were()
    {
        var first = await Create("Master__c", """{"Name":"n","Code__c":"a"}""");
        RecordDraft[] drafts = [Draft("Master__c", """{"Code__c":"b"}""") with { Id = first.Id }, Draft("Master__c", "{}") with { Id =
            "nonsense" }];
        (await _saver.UpdateAsync(drafts, true, Caller.Of(_org.AdminUserId), TestContext.Current.CancellationToken)).ShouldAllBe(result =>
            !result.IsSuccess);
        Value(first, "Code__c").ShouldBe("a");
        (await TryCreate("Master__c", """{"Name":"n","Code__c":"b"}""")).IsSuccess.ShouldBeTrue();
        (await TryCreate("Master__c", """{"Name":"n","Code__c":"a"}""")).IsSuccess.ShouldBeFalse();
    }

    [Fact]
    public async Task Stamps_are_whole_seconds_and_move_with_each_save()
    {
        var record = await Create("Master__c", """{"Name":"n"}""");
        var created = Value(record, "CreatedDate");
        created.ShouldBe(new DateTime(2026, 3, 4, 12, 34, 56, DateTimeKind.Utc));
        Value(record, "SystemModstamp").ShouldBe(created);
        _time.Advance(TimeSpan.FromSeconds(10));
        (await TryUpdate(record, "{}")).IsSuccess.ShouldBeTrue();
        Value(record, "CreatedDate").ShouldBe(created);
        Value(record, "SystemModstamp").ShouldBe(new DateTime(2026, 3, 4, 12, 35, 6, DateTimeKind.Utc));
        Value(record, "LastModifiedDate").ShouldBe(Value(record, "SystemModstamp"));
        _time.Advance(TimeSpan.FromSeconds(10));
        _org.Delete([record.Id], Caller.Of(_org.AdminUserId));
        record.IsDeleted.ShouldBeTrue();
        Value(record, "SystemModstamp").ShouldBe(new DateTime(2026, 3, 4, 12, 35, 16, DateTimeKind.Utc));
    }

    [Fact]
    public async Task A_change_is_seen_at_its_commit_with_the_stamp_of_its_start()
    {
        var time = new FakeTimeProvider(SampleTime.Noon);
        var org = new Org(MetadataReader.Parse("test.json", Custom), time);
        var users = org.FindTable("User").ShouldNotBeNull();
        var values = new object?[users.Type.Fields.Count];
        values[0] = users.NextId();
        users.Add(new Record(users.Type, values));
        var table = org.FindTable("Master__c").ShouldNotBeNull();
        var draft = DraftReader.Read(org, table, null, JsonSerializer.Deserialize<JsonElement>("""{"Name":"n"}"""));
        var saving = new RecordSaver(org, TimeSpan.FromSeconds(30)).CreateAsync([draft], false, Caller.Of(org.AdminUserId),
            TestContext.Current.CancellationToken);
        var start = org.Now();
        time.Advance(TimeSpan.FromSeconds(29));
        table.Count.ShouldBe(0);
        org.LatestDateCovered().ShouldBe(start);
        time.Advance(TimeSpan.FromSeconds(1));
        (await saving)[0].IsSuccess.ShouldBeTrue();
        Value(table.Records.Single(), "SystemModstamp").ShouldBe(start);
        org.LatestDateCovered().ShouldBe(start.AddSeconds(30));
    }

    [Fact]
    public async Task Details_go_and_come_with_their_master_and_lookups_are_emptied()
    {
        var master = await Create("Master__c", """{"Name":"n"}""");
        var detail = await Create("Detail__c", $$"""{"Name":"n","Master__c":"{{master.Id}}"}""");
        var loose = await Create("Loose__c", $$"""{"Name":"n","Master__c":"{{master.Id[..15]}}","Size__c":1.25}""");
        Value(loose, "Twice__c").ShouldBe(2.50m);
        Value(loose, "Master__c").ShouldBe(master.Id);
        (await TryUpdate(detail,
            $$"""{"Master__c":"{{master.Id}}"}""")).Errors.Single().StatusCode.ShouldBe("INVALID_FIELD_FOR_INSERT_UPDATE");
        _time.Advance(TimeSpan.FromSeconds(1));
        _org.Delete([master.Id], Caller.Of(_org.AdminUserId))[0].IsSuccess.ShouldBeTrue();
        detail.IsDeleted.ShouldBeTrue();
        Value(loose, "Master__c").ShouldBeNull();
        Value(loose, "SystemModstamp").ShouldBe(_org.Now());
        (await TryCreate("Detail__c",
            $$"""{"Name":"n","Master__c":"{{master.Id}}"}""")).Errors.Single().StatusCode.ShouldBe("ENTITY_IS_DELETED");
        _org.Undelete([master.Id], Caller.Of(_org.AdminUserId))[0].IsSuccess.ShouldBeTrue();
        detail.IsDeleted.ShouldBeFalse();
        _org.HardDelete([master.Id], Caller.Of(_org.AdminUserId))[0].IsSuccess.ShouldBeTrue();
        Table("Master__c").Find(master.Id).ShouldBeNull();
        Table("Detail__c").Find(detail.Id).ShouldBeNull();
        Table("Master__c").DeleteLog.Select(entry => entry.Id).ShouldBe([master.Id]);
    }

    [Fact]
    public async Task Many_masters_come_back_in_one_call_each_with_its_own_details()
    {
        string[] masters = [.. await Task.WhenAll(Enumerable.Range(0, 3).Select(async _ =>
            (await Create("Master__c", """{"Name":"n"}""")).Id))];
        var details = await Task.WhenAll(masters.SelectMany(master => Enumerable.Repeat(master, 70)).Select(master =>
            Create("Detail__c", $$"""{"Name":"n","Master__c":"{{master}}"}""")));
        var caller = Caller.Of(_org.AdminUserId);

        // One detail that went by itself stays where it is.
        _org.Delete([details[0].Id], caller);
        _org.Delete(masters, caller);
        details.ShouldAllBe(detail => detail.IsDeleted);
        _org.Undelete(masters[..2], caller).ShouldAllBe(result => result.IsSuccess);
        details.Count(detail => !detail.IsDeleted).ShouldBe(139);
        details[0].IsDeleted.ShouldBeTrue();
        Table("Master__c").DeleteLog.Select(entry => entry.Id).ShouldBe([masters[2]]);
        Table("Detail__c").DeleteLog.Select(entry => entry.Id).ShouldBe([details[0].Id, .. details[140..].Select(detail => detail.Id)]);

        _org.HardDelete(masters, caller).ShouldAllBe(result => result.IsSuccess);
        Table("Detail__c").Records.ShouldBe([details[0]]);
    }

    private ObjectTable Table(string name) => _org.FindTable(name).ShouldNotBeNull();

    private RecordDraft Draft(string type, string json) => DraftReader.Read(_org, Table(type), null,
        JsonSerializer.Deserialize<JsonElement>(json));

    private async Task<SaveResult> TryCreate(string type, string json) =>
        (await _saver.CreateAsync([Draft(type, json)], false, Caller.Of(_org.AdminUserId), TestContext.Current.CancellationToken))[0];

    private async Task<Record> Create(string type, string json)
    {
        var result = await TryCreate(type, json);
        result.Errors.ShouldBeEmpty();
        return Table(type).Find(result.Id.ShouldNotBeNull()).ShouldNotBeNull();
    }

    private async Task<SaveResult> TryUpdate(Record record, string json) =>
        (await _saver.UpdateAsync([Draft(record.Type.Name, json) with { Id = record.Id }], false, Caller.Of(_org.AdminUserId),
            TestContext.Current.CancellationToken))[0];

    private static object? Value(Record record, string field) => record[record.Type.OrdinalOf(field)];
}
