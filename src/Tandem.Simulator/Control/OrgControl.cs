using Tandem.Simulator.Auth;
using Tandem.Simulator.Data;
using Tandem.Simulator.Http;
using Tandem.Simulator.Records;

namespace Tandem.Simulator.Control;

/// <summary>
/// All that can be done to the org from outside of the platform's APIs: time, faults, sessions, limits, shape, rows, state. Tests in
/// process use it directly; the control plane puts the same under <c>/_simulator</c>. Source: salesforce-api.md, section 12.
/// </summary>
public sealed class OrgControl
{
    private readonly Org _org;
    private readonly SessionStore _sessions;

    internal OrgControl(Org org, OrgClock clock, SessionStore sessions, RecordSaver saver, ApiUsage usage)
    {
        _org = org;
        _sessions = sessions;
        Clock = clock;
        Usage = usage;
        OpenCalls = new OpenCalls(clock);
        Schema = new SchemaEditor(org);
        Snapshots = new SnapshotStore(org, Schema);
        Rows = new RowEdits(org, saver);
        Writes = new WriteJournal(org);
    }

    public OrgClock Clock { get; }

    /// <summary>The day's API calls: how many there are, how many are used.</summary>
    public ApiUsage Usage { get; }

    /// <summary>The calls that are being answered, and how many of them may take long.</summary>
    public OpenCalls OpenCalls { get; }

    public FaultBoard Faults { get; } = new();

    public CallLog Calls { get; } = new();

    public SchemaEditor Schema { get; }

    public SnapshotStore Snapshots { get; }

    /// <summary>Rows edited as another user.</summary>
    public RowEdits Rows { get; }

    /// <summary>What the org has written, commit by commit; off until it is started.</summary>
    public WriteJournal Writes { get; }

    /// <summary>The knobs of the org by name.</summary>
    public OrgSettings Settings { get; } = new();

    /// <summary>Activates or deactivates a user. Whoever is deactivated loses all sessions.</summary>
    /// <param name="user">An id or a user name.</param>
    public async Task SetActiveAsync(string user, bool isActive, CancellationToken cancellationToken)
    {
        var id = Rows.FindUser(user);
        using (await _org.Gate.EnterAsync(cancellationToken))
        {
            // The org has found the user in this table a moment ago.
            if (_org.FindTableOfId(id) is { } table && table.Find(id) is { } record
                && table.Type.OrdinalOf("IsActive") is >= 0 and var ordinal)
            {
                var transaction = new OrgTransaction(_org, _org.Now(), Caller.Of(_org.AdminUserId));
                var values = (object?[])record.Values.Clone();
                values[ordinal] = isActive;
                transaction.Touch(table, values);
                transaction.Update(table, record, values);
                transaction.Commit();
            }
        }

        if (!isActive)
            _sessions.RevokeUser(id);
    }

    /// <summary>Sets what a user may see and edit; everything for <see cref="UserAccess.Full"/>.</summary>
    /// <param name="user">An id or a user name.</param>
    public void SetAccess(string user, UserAccess access)
    {
        foreach (var name in access.Hidden.Concat(access.ReadOnly))
            RequireName(name);
        _org.SetAccess(Rows.FindUser(user), access);
    }

    /// <param name="user">An id or a user name.</param>
    public UserAccess AccessOf(string user) => _org.AccessOf(Rows.FindUser(user));

    /// <summary>Reads a save file into the org, which has no records yet; false when there is no such file.</summary>
    /// <exception cref="OrgFileException">The file is no save file of this org.</exception>
    internal async Task<bool> LoadAsync(string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
            return false;
        await new OrgFileReader(_org, Schema, path).ReadAsync(cancellationToken);
        return true;
    }

    /// <summary>Writes the org into a file, in the place of what is there only when all of it is written.</summary>
    public async Task SaveAsync(string path, CancellationToken cancellationToken) =>
        await OrgFileWriter.WriteAsync(await OrgImage.TakeAsync(_org, Schema, cancellationToken), path, cancellationToken);

    private void RequireName(string name)
    {
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        var type = _org.FindTable(dot < 0 ? name : name[..dot])?.Type;
        if (type is null || (dot >= 0 && type.FindField(name[(dot + 1)..]) is null))
            throw ControlException.Missing("object or field", name);
    }
}
