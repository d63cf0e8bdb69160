using System.Text.Json;
using Tandem.Simulator;
using Tandem.Simulator.Control;
using Tandem.Simulator.Data;
using Tandem.Simulator.Records;
using Tandem.Tests.Integration.Sync;
using Record = Tandem.Simulator.Data.Record;

namespace Tandem.Tests.Integration.Convergence;

/// <summary>
/// The people who work in the org, each under a name of their own, and what they have open. A record in a transaction that is still
/// open is locked: nobody else takes it meanwhile, as the platform would not let them.
/// </summary>
internal sealed class OrgPeople(SimulatorServer server, string label)
{
    private static readonly string[] Objects = ["Account", "Contact", "CampaignMember"];

    private readonly List<(Task Commit, string? Id)> _open = [];
    private readonly string[] _users = [.. server.Org.FindTable("User")?.Records.Select(record => record.Id) ?? []];
    private int _made;

    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    /// <summary>Ids of records that were in the recycle bin, or beyond it, after any step.</summary>
    public HashSet<string> Gone { get; } = new(StringComparer.Ordinal);

    /// <summary>The records that open transactions hold.</summary>
    public IReadOnlyList<string> Locked
    {
        get
        {
            _open.RemoveAll(open => open.Commit.IsCompleted);
            return [.. _open.Select(open => open.Id).OfType<string>()];
        }
    }

    /// <summary>Completes when no transaction is open any more.</summary>
    public Task AllCommitted => Task.WhenAll(_open.Select(open => open.Commit));

    public async Task ActAsync(Step step)
    {
        NoteGone();
        await EditAsync(step);
        NoteGone();
    }

    /// <summary>Notes which records are not live now and were there once; a cascade for good takes records without a trace.</summary>
    public void NoteGone()
    {
        _seen.UnionWith(Objects.SelectMany(Records).Select(record => record.Id));
        Gone.UnionWith(_seen.Except(Objects.SelectMany(Live).Select(record => record.Id), StringComparer.Ordinal));
    }

    public IReadOnlyList<Record> Live(string objectName) => [.. Records(objectName).Where(record => !record.IsDeleted)];

    public IEnumerable<Record> Records(string objectName) => server.Org.FindTable(objectName)?.Records ?? [];

    /// <summary>Gives a field a new value without any rule about who holds the record; for values that a test of the shape needs.</summary>
    public Task SetAsync(int user, string id, object values) => RunAsync(RowAction.Update, user, [Typed(values, id)]);

    private async Task EditAsync(Step step)
    {
        var (kind, a, b, c) = step;
        switch (kind)
        {
            case StepKind.OrgInsert:
                await RunAsync(RowAction.Create, a, [.. Enumerable.Range(0, 1 + (b % 4)).Select(at => NewRecord(b + at, c))]);
                break;
            case StepKind.OrgUpdate:
                var chosen = Pick(Free(Objects[b % 3]), c, 1 + (a % 3));
                await RunAsync(RowAction.Update, a, [.. chosen.Select(record => Typed(Change(record, a + c), record.Id))]);
                break;
            case StepKind.OrgMassUpdate when Locked.Count == 0:
                foreach (var chunk in Live(Objects[a % 2]).Chunk(200))
                    await RunAsync(RowAction.Update, b, [.. chunk.Select(record => Typed(Change(record, c), record.Id))]);
                break;
            case StepKind.OrgUpsert:
                await UpsertAsync(a, b, c);
                break;
            case StepKind.OrgDelete when Locked.Count == 0:
                await RunAsync(RowAction.Delete, a, Ids(Live(Objects[b % 3]), c, 1 + (a % 2)));
                break;
            case StepKind.OrgUndelete when Locked.Count == 0:
                await RunAsync(RowAction.Undelete, a, Ids([.. Records(Objects[b % 3]).Where(record => record.IsDeleted)], c, 2));
                break;
            case StepKind.OrgHardDelete when Locked.Count == 0:
                await RunAsync(RowAction.HardDelete, a, Ids([.. Records(Objects[b % 3])], c, 1));
                break;
            case StepKind.OrgPurge:
                server.Org.EmptyRecycleBin(
                    [.. Objects.SelectMany(Records).Where(record => record.IsDeleted).Select(record => record.Id)], Caller.Of(User(a)));
                break;
            case StepKind.OrgMerge when Locked.Count == 0 && Live(Objects[b % 2]) is { Count: > 3 } candidates:
                var (master, loser) = (candidates[c % candidates.Count], candidates[(c + 1 + (a % 2)) % candidates.Count]);
                server.Org.Merge(master.Id, [loser.Id], Caller.Of(User(a)));
                break;
            case StepKind.OrgReparent:
                await ReparentAsync(a, b, c);
                break;
            case StepKind.OrgLateUpdate when Pick(Free(Objects[b % 2]), c, 1) is [var record]:
                var change = DraftReader.ReadTyped(server.Org, Typed(Change(record, a), record.Id), takesId: true);
                _open.Add((LateSaver(c).UpdateAsync([change], false, Caller.Of(User(a)), SyncWorld.Token), record.Id));
                break;
            case StepKind.OrgLateInsert:
                var draft = DraftReader.ReadTyped(server.Org, NewRecord(b % 2, c), takesId: false);
                _open.Add((LateSaver(c).CreateAsync([draft], false, Caller.Of(User(a)), SyncWorld.Token), null));
                break;
            default:
                break;
        }
    }

    private string User(int choice) => _users[choice % _users.Length];

    private RecordSaver LateSaver(int choice) => new(server.Org, TimeSpan.FromSeconds(40 + (choice % 500)));

    private List<Record> Free(string objectName)
    {
        var locked = Locked;
        return [.. Live(objectName).Where(record => !locked.Contains(record.Id, StringComparer.Ordinal))];
    }

    private static List<Record> Pick(IReadOnlyList<Record> records, int choice, int count) =>
        [.. Enumerable.Range(0, Math.Min(count, records.Count)).Select(at => records[(choice + at) % records.Count])];

    private static List<string> Ids(IReadOnlyList<Record> records, int choice, int count) =>
        Pick(records, choice, count).ConvertAll(record => record.Id);

    private JsonElement NewRecord(int which, int choice)
    {
        var name = FormattableString.Invariant($"org {label} {++_made}");
        var account = Pick(Live("Account"), choice, 1) is [var parent] ? parent.Id : null;
        return (which % 3) switch
        {
            0 => Typed(
                "Account", new { Name = name, Ext_Id__c = name, Phone = Texts.Phone(choice), Description = Texts.Description(choice) }),
            1 => Typed(
                "Contact", new { LastName = name, AccountId = account, Email = Texts.Email(choice), Birthdate = Texts.Day(choice) }),
            _ => Typed("Account", new { Name = name, AnnualRevenue = choice * 1_000, Site = "s" }),
        };
    }

    private static object Change(Record record, int choice) => record.Type.Name switch
    {
        "Account" => (choice % 4) switch
        {
            0 => new { Phone = Texts.Phone(choice), Industry = Texts.Industry(choice) },
            1 => new { Description = Texts.Description(choice) },
            2 => new { AnnualRevenue = choice, Site = (string?)null },
            _ => new { Phone = (string?)null, NumberOfEmployees = choice },
        },
        "Contact" => (choice % 4) switch
        {
            0 => new { Email = Texts.Email(choice), Title = "t" },
            1 => new { Description = Texts.Description(choice), DoNotCall = choice % 2 == 0 },
            2 => new { Birthdate = Texts.Day(choice), FirstName = (string?)null },
            _ => new { FirstName = "f" + choice, Title = (string?)null },
        },
        _ => new { Status = choice % 2 == 0 ? "Sent" : "Responded" },
    };

    private async Task UpsertAsync(int a, int b, int c)
    {
        var known = Live("Account").Select(record => record[record.Type.OrdinalOf("Ext_Id__c")] as string).OfType<string>().ToList();
        var keys = Enumerable.Range(0, 1 + (b % 5))
            .Select(at => known.Count > 0 && (a + at) % 2 == 0 ? known[(c + at) % known.Count] : $"up {label} {++_made}")
            .Distinct(StringComparer.OrdinalIgnoreCase);
        var edit = new RowEdit
        {
            User = User(a),
            Api = "bulk",
            ExternalIdField = "Ext_Id__c",
            Records = [.. keys.Select(key => Typed("Account", new { Name = "org " + key, Ext_Id__c = key, Phone = Texts.Phone(c) }))],
        };
        await server.Control.Rows.RunAsync(RowAction.Upsert, edit, SyncWorld.Token);
    }

    private async Task ReparentAsync(int a, int b, int c)
    {
        if (Pick(Free("Contact"), c, 1) is not [var contact] || Pick(Live("Account"), b, 1) is not [var account])
            return;
        await RunAsync(
            RowAction.Update,
            a,
            [a % 2 == 0 ? Typed(new { AccountId = account.Id }, contact.Id) : Typed(new { OwnerId = User(b) }, contact.Id)]);
    }

    private async Task RunAsync(RowAction action, int user, IReadOnlyList<JsonElement> records) => await server.Control.Rows.RunAsync(
        action, new RowEdit { User = User(user), Client = "people", Records = records }, SyncWorld.Token);

    private async Task RunAsync(RowAction action, int user, IReadOnlyList<string> ids) => await server.Control.Rows.RunAsync(
        action, new RowEdit { User = User(user), Client = "people", Ids = ids }, SyncWorld.Token);

    private JsonElement Typed(object values, string id) => Typed(server.Org.FindTableOfId(id)?.Type.Name ?? "", values, id);

    private static JsonElement Typed(string objectName, object values, string? id = null)
    {
        var members = JsonSerializer.SerializeToElement(values).EnumerateObject()
            .ToDictionary(member => member.Name, member => (object?)member.Value, StringComparer.Ordinal);
        members["attributes"] = new { type = objectName };
        if (id is not null)
            members["Id"] = id;
        return JsonSerializer.SerializeToElement(members);
    }
}
