using System.Globalization;
using Tandem.Postgres;
using Tandem.Postgres.Adopt;
using Tandem.Postgres.Tables;

namespace Tandem.Sync.Adopt;

/// <summary>What an adoption does with the change log and the functions of a schema, and what stands against it. Pure.</summary>
internal sealed class SchemaCheck(FoundSchema found, AdoptionRequest request)
{
    private static readonly string[] Functions =
        ["hc_capture_insert_from_row", "hc_capture_update_from_row", "tlog_notify_trigger"];

    private static readonly string[] Indexes = ["_trigger_log_idx_created_at", "_trigger_log_idx_state_table_name"];

    private readonly FoundTable[] _logs =
    [
        .. new[] { ReservedNames.TriggerLog, ReservedNames.TriggerLogArchive }.Select(found.Find).OfType<FoundTable>(),
    ];

    public IReadOnlyList<string> ListReplaced()
    {
        var replaced = Functions.Where(name => found.Functions.Any(function => function.Name == name))
            .Select(name => $"function {name}")
            .ToList();
        if (found.Find(ReservedNames.TriggerLog)?.Triggers.Any(trigger => trigger.Name == "tlog_insert_trigger") is true)
            replaced.Add("trigger tlog_insert_trigger");
        replaced.AddRange(
            from name in Indexes
            where found.Find(ReservedNames.TriggerLog)?.Indexes.Any(index => index.Name == name) is true
            select $"index {name}");
        if (found.LogSequence < found.LastLogId)
            replaced.Add("the sequence of _trigger_log: set behind the last entry");
        return replaced;
    }

    public IReadOnlyList<string> ListAdded() =>
    [
        .. _logs.SelectMany(log => LogTakeover.FindMissing(log).Select(column => $"column {log.Name}.{column}")),
        .. new[] { ReservedNames.TriggerLogArchive, ReservedNames.Meta, ReservedNames.SalesforceEventLog }
            .Where(name => found.Find(name) is null)
            .Select(name => $"table {name}"),
        .. Functions.Where(name => found.Functions.All(function => function.Name != name)).Select(name => $"function {name}"),
        "what wakes the push when entries are set back to NEW or REQUEUE",
    ];

    public IReadOnlyList<string> ListNotes()
    {
        var notes = found.LifeSigns.Select(sign => PauseCheck.Describe(sign, found.Name)).ToList();
        if (found.LastLogId > int.MaxValue / 10 * 9L)
        {
            notes.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"The ids of {found.Name}._trigger_log have reached {found.LastLogId:N0} of {int.MaxValue:N0}."));
        }

        return notes;
    }

    public IReadOnlyList<string> ListProblems()
    {
        var problems = _logs.SelectMany(log => LogTakeover.FindProblems(found.Name, log)).ToList();
        if (found.HstoreSchema is not (null or "public"))
        {
            problems.Add(
                $"The extension hstore must be installed in the schema public; it is in \"{found.HstoreSchema}\". "
                + "Move it with: alter extension hstore set schema public.");
        }

        problems.AddRange(_logs.Where(log => !log.IsOurs).Select(log => NotOurs($"table {found.Name}.{log.Name}", log.Owner)));
        problems.AddRange(found.Functions.Where(function => !function.IsOurs)
            .Select(function => NotOurs($"function {found.Name}.{function.Name}", function.Owner)));
        if (found.Find(ReservedNames.TriggerLog) is { } live && live.FindColumn(ReservedNames.Id) is { HasDefault: false })
        {
            problems.Add(
                $"{found.Name}._trigger_log.id has no default, so no change could be logged: give it one, "
                + $"nextval('{found.Name}._trigger_log_id_seq').");
        }

        problems.AddRange(
            from log in _logs
            where !log.Indexes.Any(index => index is { IsUnique: true, Serves: true, Columns: [ReservedNames.Id] })
            select $"{found.Name}.{log.Name} has no primary key: alter table {found.Name}.{log.Name} add primary key (id).");
        if (FindOtherOrg() is { } other)
        {
            problems.Add(
                $"The schema {found.Name} was filled from the org {other} ({found.Name}.{ReservedNames.Meta}); the sign-in leads to "
                + $"{request.OrganizationId}. Sign in to the first; a schema of another org, or of a sandbox that was refreshed since, "
                + "must be loaded anew.");
        }

        return problems;
    }

    public string NotOurs(string what, string owner) =>
        $"The {what} belongs to {owner}, and {found.Role} may not change it: sign in to the database as {owner}, or grant that role.";

    /// <summary>What stands in the schema may be an id of 15 characters, or no id at all.</summary>
    private string? FindOtherOrg()
    {
        var ids = found.Organizations.Where(id => id.StartsWith("00D", StringComparison.Ordinal) && id.Length is 15 or 18).ToList();
        var ours = request.OrganizationId[..15];
        return ids.Exists(id => id[..15] == ours) ? null : ids.FirstOrDefault();
    }
}
