using System.Text.Json;
using Shouldly;
using Tandem.Simulator;
using Tandem.Simulator.Data;
using Tandem.Simulator.Records;
using Xunit;
using Record = Tandem.Simulator.Data.Record;

namespace Tandem.Tests.Integration.Sync;

/// <summary>A person who works in the simulated org beside the sync, under a user of their own.</summary>
internal sealed class OrgUser(SimulatorServer server)
{
    private readonly string _userId = server.Org.FindTable("User").ShouldNotBeNull().Records
        .Select(record => record.Id).First(id => id != server.Org.AdminUserId);

    public async Task<string> CreateAsync(string objectName, object values) =>
        Saved(await server.Saver.CreateAsync(
            [Draft(objectName, null, values)], false, Caller.Of(_userId), TestContext.Current.CancellationToken));

    public Task UpdateAsync(string objectName, string id, object values) => UpdateAsync(server.Saver, objectName, id, values);

    /// <summary>As above by a saver of the test's own, such as one that commits late.</summary>
    public async Task UpdateAsync(RecordSaver saver, string objectName, string id, object values) =>
        Saved(await saver.UpdateAsync([Draft(objectName, id, values)], false, Caller.Of(_userId), TestContext.Current.CancellationToken));

    public void Delete(string id) => Saved(server.Org.Delete([id], Caller.Of(_userId)));

    public void Merge(string masterId, string loserId) => server.Org.Merge(masterId, [loserId], Caller.Of(_userId));

    public void Undelete(string id) => Saved(server.Org.Undelete([id], Caller.Of(_userId)));

    public void HardDelete(string id) => Saved(server.Org.HardDelete([id], Caller.Of(_userId)));

    public IReadOnlyList<Record> Live(string objectName) =>
        [.. server.Org.FindTable(objectName).ShouldNotBeNull().Records.Where(record => !record.IsDeleted)];

    /// <summary>The live accounts that an org lets go: a case holds its account.</summary>
    public IReadOnlyList<Record> DeletableAccounts()
    {
        var held = Live("Case").Select(record => record[record.Type.OrdinalOf("AccountId")]).ToHashSet();
        return [.. Live("Account").Where(record => !held.Contains(record.Id))];
    }

    /// <summary>The live records whose field has the value.</summary>
    public IReadOnlyList<Record> Find(string objectName, string field, object value) =>
        [.. Live(objectName).Where(record => Equals(record[record.Type.OrdinalOf(field)], value))];

    public object? Value(string objectName, string id, string field)
    {
        var record = server.Org.FindTable(objectName).ShouldNotBeNull().Find(id).ShouldNotBeNull();
        return record[record.Type.OrdinalOf(field)];
    }

    private RecordDraft Draft(string objectName, string? id, object values)
    {
        var table = server.Org.FindTable(objectName).ShouldNotBeNull();
        var draft = DraftReader.Read(server.Org, table, id, JsonSerializer.SerializeToElement(values));
        draft.Errors.ShouldBeEmpty();
        return draft;
    }

    private static string Saved(IReadOnlyList<SaveResult> results)
    {
        results[0].Errors.ShouldBeEmpty();
        return results[0].Id.ShouldNotBeNull();
    }
}
