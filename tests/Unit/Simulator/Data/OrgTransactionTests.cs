using System.Text.Json;
using Shouldly;
using Tandem.Simulator.Data;
using Tandem.Simulator.Metadata;
using Tandem.Simulator.Records;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Unit.Simulator.Data;

/// <summary>Transactions over several calls: their view, their savepoints, and that nobody else sees them before their commit.</summary>
public sealed class OrgTransactionTests : IDisposable
{
    private const string Custom = """
        {"objects":[{"name":"Thing__c","owner":false,"fields":[
          {"name":"Key__c","type":"text","length":20,"externalId":true,"unique":true}]}]}
        """;

    private readonly Org _org = new(MetadataReader.Parse("test.json", Custom), new FakeTimeProvider(SampleTime.Noon));
    private readonly List<CommittedTransaction> _commits = [];
    private readonly RecordSaver _saver;

    public OrgTransactionTests()
    {
        _saver = new RecordSaver(_org, TimeSpan.Zero);
        _org.Listen(_commits.Add);
    }

    public void Dispose() => _org.Dispose();

    [Fact]
    public async Task Lets_readers_from_outside_go_on_and_keeps_no_thread_waiting()
    {
        var kept = await CreateAsync("kept", null);
        ValueTask<IReadOnlyList<Tandem.Simulator.Data.Record>> waiting;
        using (await _saver.OpenAsync(Caller.Of(_org.AdminUserId), TestContext.Current.CancellationToken))
        {
            KeysOf(_org.Committed).ShouldBe(["kept"]);
            _org.Committed.FindByKey(Table, KeyOrdinal, "kept").ShouldBeNull("a query looks at all records instead of waiting");
            waiting = _org.FindByKeyAsync(Table, KeyOrdinal, "kept", null, TestContext.Current.CancellationToken);
            waiting.IsCompleted.ShouldBeFalse();
        }

        (await waiting).ShouldHaveSingleItem().Id.ShouldBe(kept);
    }

    [Fact]
    public async Task Shows_its_writes_to_itself_alone_until_it_commits()
    {
        var kept = await CreateAsync("kept", null);
        var gone = await CreateAsync("gone", null);
        _commits.Clear();
        using (var open = await _saver.OpenAsync(Caller.Of(_org.AdminUserId), TestContext.Current.CancellationToken))
        {
            var made = await CreateAsync("made", open.Transaction);
            await UpdateAsync(kept, "changed", open.Transaction);
            _org.HardDelete([gone], Caller.Of(_org.AdminUserId) with { Transaction = open.Transaction })[0].IsSuccess.ShouldBeTrue();
            var view = _org.ViewOf(open.Transaction);
            KeysOf(view).ShouldBe(["changed", "made"], ignoreOrder: true);
            view.Find(Table, made).ShouldNotBeNull();
            view.Find(Table, gone).ShouldBeNull();
            view.FindByKey(Table, KeyOrdinal, "changed").ShouldNotBeNull().ShouldHaveSingleItem().Id.ShouldBe(kept);
            KeysOf(_org.Committed).ShouldBe(["kept", "gone"], ignoreOrder: true);
            _org.Committed.Find(Table, made).ShouldBeNull();
            open.Commit();
        }

        KeysOf(_org.Committed).ShouldBe(["changed", "made"], ignoreOrder: true);
        _commits.ShouldHaveSingleItem().Changes.Select(change => change.Kind)
            .ShouldBe([ChangeKind.Create, ChangeKind.Update, ChangeKind.Delete], ignoreOrder: true);
    }

    [Fact]
    public async Task Leaves_nothing_behind_when_it_does_not_commit()
    {
        var kept = await CreateAsync("kept", null);
        _commits.Clear();
        using (var open = await _saver.OpenAsync(Caller.Of(_org.AdminUserId), TestContext.Current.CancellationToken))
        {
            await CreateAsync("made", open.Transaction);
            await UpdateAsync(kept, "changed", open.Transaction);
        }

        KeysOf(_org.Committed).ShouldBe(["kept"]);
        _commits.ShouldBeEmpty();
        await CreateAsync("made", null);
        await CreateAsync("changed", null);
    }

    [Fact]
    public async Task Returns_to_a_savepoint_when_a_call_within_it_takes_all_or_nothing()
    {
        var kept = await CreateAsync("kept", null);
        using var open = await _saver.OpenAsync(Caller.Of(_org.AdminUserId), TestContext.Current.CancellationToken);
        await CreateAsync("before", open.Transaction);
        await UpdateAsync(kept, "once", open.Transaction);
        var caller = Caller.Of(_org.AdminUserId) with { Transaction = open.Transaction };
        var failed = await _saver.UpdateAsync([Draft("twice") with { Id = kept }, Draft("before") with { Id = kept }], true, caller,
            TestContext.Current.CancellationToken);
        failed.ShouldAllBe(result => !result.IsSuccess);
        var view = _org.ViewOf(open.Transaction);
        KeysOf(view).ShouldBe(["once", "before"], ignoreOrder: true);
        view.FindByKey(Table, KeyOrdinal, "twice").ShouldNotBeNull().ShouldBeEmpty();
        view.FindByKey(Table, KeyOrdinal, "once").ShouldNotBeNull().ShouldHaveSingleItem();
        open.Commit();
        KeysOf(_org.Committed).ShouldBe(["once", "before"], ignoreOrder: true);
    }

    private ObjectTable Table => _org.FindTable("Thing__c").ShouldNotBeNull();

    private int KeyOrdinal => Table.Type.OrdinalOf("Key__c");

    private IEnumerable<object?> KeysOf(IRecordView view) => view.Records(Table).Select(record => record[KeyOrdinal]);

    private RecordDraft Draft(string key) => DraftReader.Read(_org, Table, null, JsonSerializer.SerializeToElement(
        new Dictionary<string, string> { ["Name"] = "n", ["Key__c"] = key }));

    private async Task<string> CreateAsync(string key, OrgTransaction? transaction)
    {
        var results = await _saver.CreateAsync([Draft(key)], true, Caller.Of(_org.AdminUserId) with { Transaction = transaction },
            TestContext.Current.CancellationToken);
        results[0].Errors.ShouldBeEmpty();
        return results[0].Id.ShouldNotBeNull();
    }

    private async Task UpdateAsync(string id, string key, OrgTransaction transaction) =>
        (await _saver.UpdateAsync([Draft(key) with { Id = id }], true, Caller.Of(_org.AdminUserId) with { Transaction = transaction },
            TestContext.Current.CancellationToken))[0].Errors.ShouldBeEmpty();
}
