using Microsoft.Extensions.Logging;
using Npgsql;
using Tandem.Salesforce;
using Tandem.Salesforce.Describe;
using Tandem.Sync.Running;
using Tandem.Sync.Running.Allowance;

namespace Tandem.Sync.Schema;

/// <summary>
/// Notices changes of the org's schema and has the tables follow. One conditional call tells whether anything changed in the org; only
/// then are the mapped objects described again, each by a conditional call of its own. A worker whose query the org refuses asks at
/// once. A table that could not follow, because somebody held a lock or something of the user's stood in the way, is tried again at
/// each look. Source: salesforce-api.md, section 2.2.
/// </summary>
public sealed partial class SchemaWatch(
    SalesforceClient salesforce, NpgsqlDataSource dataSource, TableShaper shaper, SchemaChangeTable changes, ShiftSettings settings)
    : IDisposable
{
    private readonly ILogger _logger = settings.LoggerFactory.CreateLogger<SchemaWatch>();
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly Dictionary<string, DateTimeOffset?> _described = new(StringComparer.OrdinalIgnoreCase);
    private DateTimeOffset? _listed;
    private bool _isBehind;

    /// <summary>True for failures that a changed schema explains.</summary>
    public static bool MayExplain(Exception exception) => exception is FormatException
        || exception is SalesforceException { Code: "INVALID_FIELD" or "INVALID_TYPE" or "NOT_FOUND" or "INSUFFICIENT_ACCESS" }
        || exception is PostgresException
        {
            SqlState: PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.StringDataRightTruncation
        };

    public static SchemaChange Gone(string objectName) => new()
    {
        Kind = SchemaChangeKind.ObjectGone,
        Message = $"{objectName}: the org no longer has this object, or the integration user may no longer see it. The table keeps its "
            + "rows; give the user access, or take the object out of the mapping.",
    };

    /// <summary>Describes an object at the start of a shift, and remembers the moment for the looks that follow.</summary>
    public async Task<SObjectDescription> DescribeAsync(string objectName, CancellationToken cancellationToken)
    {
        var described = await OrgFor(objectName).Describe.DescribeAsync(objectName, since: null, cancellationToken)
            ?? throw new InvalidOperationException($"The org answered an unconditional describe of {objectName} with nothing.");
        _described[objectName] = described.LastModified;
        _listed = _described.Values.Min();
        return described.Value;
    }

    /// <summary>Looks at the interval of the mapping that polls most often at the time, until cancelled.</summary>
    public async Task RunAsync(LiveMappings mappings, CancellationToken cancellationToken)
    {
        if (_isBehind)
            await LookAsync(mappings.All, cancellationToken);

        // Mappings come with another shift, and that has a watch of its own.
        if (mappings.All.Count == 0)
            await Task.Delay(Timeout.InfiniteTimeSpan, settings.TimeProvider, cancellationToken);
        using var timer = new PollTimer(
            mappings.All.Min(mapping => mapping.Asked.PollInterval),
            () => mappings.All.Min(mapping => mapping.PollInterval),
            settings.TimeProvider);
        while (await timer.WaitAsync(cancellationToken))
        {
            if (!timer.IsDue())
                continue;
            timer.NotePoll();
            await LookAsync(mappings.All, cancellationToken);
        }
    }

    /// <summary>One look at the org's schema. Doing it twice changes nothing.</summary>
    public async Task LookAsync(IReadOnlyList<LiveMapping> mappings, CancellationToken cancellationToken)
    {
        _isBehind = true;
        var list = await salesforce.Describe.ListAsync(_listed, cancellationToken);
        foreach (var mapping in mappings.Where(mapping => list is not null || mapping.SchemaChanges.Count > 0))
            await CheckAsync(mapping, cancellationToken);
        _listed = list is null ? _listed : list.LastModified;
        _isBehind = false;
    }

    /// <summary>Looks at one object: its model and its table are new afterwards when something changed.</summary>
    public async Task CheckAsync(LiveMapping mapping, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            var name = mapping.Mapped.Name;
            var described = await OrgFor(name).Describe.DescribeAsync(name, _described.GetValueOrDefault(name), cancellationToken);
            if (described is null && mapping.SchemaChanges.Count == 0)
                return;
            await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
            var description = described?.Value ?? mapping.Mapped.Description;
            await FollowAsync(mapping, description, described is not null, connection, cancellationToken);
            if (described is not null)
                _described[name] = described.LastModified;
        }
        catch (SalesforceException exception) when (exception.Code is SalesforceErrorCodes.NotFound or SalesforceErrorCodes.InvalidType)
        {
            await NoteGoneAsync(mapping, cancellationToken);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private SalesforceClient OrgFor(string objectName) => salesforce.For(objectName, CallKind.Other);

    private async Task FollowAsync(
        LiveMapping mapping,
        SObjectDescription description,
        bool isDescribedAnew,
        NpgsqlConnection connection,
        CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        if (await shaper.PlanAsync(mapping.Asked, description, connection, problems, cancellationToken) is not { } plan)
        {
            mapping.Stop(string.Join(' ', problems));
            LogStopped(mapping.Mapped.Name, string.Join(' ', problems));
            return;
        }

        var isSame = plan.Mapped.Columns.SequenceEqual(mapping.Mapped.Columns, StringComparer.Ordinal)
            && plan.Difference is { Missing.Count: 0, TooNarrow.Count: 0 };
        if (isSame && !isDescribedAnew)
            return;
        var mapped = await shaper.ApplyAsync(plan, connection, isAtRest: false, cancellationToken);
        var open = await changes.ListOpenAsync(connection, mapped.Name, cancellationToken);
        mapping.NoteSchemaChanges(open);
        mapping.Stop(plan.Stop);
        mapping.Swap(mapped);
        LogFollowed(mapped.Name, open.Count);
    }

    private async Task NoteGoneAsync(LiveMapping mapping, CancellationToken cancellationToken)
    {
        var name = mapping.Mapped.Name;
        var change = Gone(name);
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await changes.NoteAsync(connection, name, [change], cancellationToken);
        mapping.NoteSchemaChanges([change]);
        mapping.Stop(change.Message);
        _described.Remove(name);
        LogStopped(name, change.Message);
    }

    [LoggerMessage(LogLevel.Information, "The schema of {ObjectName} was looked at anew; {Open} changes wait for a person")]
    private partial void LogFollowed(string objectName, int open);

    [LoggerMessage(LogLevel.Error, "{ObjectName} cannot go on: {Sentence}")]
    private partial void LogStopped(string objectName, string sentence);
}
