using Tandem.Postgres.ChangeLog;

namespace Tandem.Tests.Unit.Sync.Push;

/// <summary>Changes as the change log hands them out.</summary>
internal static class SampleChanges
{
    public static Change Insert(int record, params (string Column, string? Value)[] values) =>
        Make(record, ChangeAction.Insert, null, values);

    public static Change Update(int record, string? sfid, params (string Column, string? Value)[] values) =>
        Make(record, ChangeAction.Update, sfid, values);

    public static Change Delete(int record, string? sfid) => Make(record, ChangeAction.Delete, sfid, []);

    private static Change Make(int record, ChangeAction action, string? sfid, (string Column, string? Value)[] values) => new()
    {
        Id = new ChangeId(record),
        Action = action,
        Table = "widget__c",
        RecordId = record,
        Sfid = sfid,
        Values = values.ToDictionary(pair => pair.Column, pair => pair.Value),
        Old = new Dictionary<string, string?>(),
        ClaimedAt = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc),
    };
}
