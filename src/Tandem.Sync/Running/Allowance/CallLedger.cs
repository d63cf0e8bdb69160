using Microsoft.Extensions.Logging;
using Npgsql;
using Tandem.Postgres;
using Tandem.Salesforce;
using Tandem.Salesforce.Limits;

namespace Tandem.Sync.Running.Allowance;

/// <summary>
/// Keeps the books of a connection's calls: takes them from the client, knows those of the last 24 hours by purpose, and saves them once a
/// minute and at the end of a shift, so that a restart does not forget. A crash forgets a minute at most. An addition whose answer was lost
/// is made again, which counts a minute twice: the budget is kept all the same.
/// </summary>
public sealed partial class CallLedger(
    string schema, NpgsqlDataSource dataSource, SalesforceClient salesforce, TimeProvider timeProvider, ILogger<CallLedger> logger)
{
    private readonly CallTable _table = new(schema, dataSource);
    private readonly Lock _lock = new();
    private readonly Dictionary<CallPurpose, HourlyCalls> _calls = [];
    private Dictionary<(CallPurpose Purpose, long Hour), long> _unsaved = [];

    /// <summary>The calls of everybody, as the org's last answer told them; null before the first.</summary>
    public ApiUsage? OrgUsage => salesforce.Usage;

    /// <summary>Reads what shifts before this one have saved. Doing it twice is harmless.</summary>
    public async Task RestoreAsync(CancellationToken cancellationToken)
    {
        var since = HourlyCalls.StartOf(HourlyCalls.HourOf(timeProvider.GetUtcNow().AddDays(-1)));
        var stored = await _table.ListAsync(since, cancellationToken);
        lock (_lock)
        {
            Take();
            _calls.Clear();
            foreach (var (purpose, hour, calls) in stored)
                HoursOf(purpose).Add(hour, calls);
            foreach (var ((purpose, hour), calls) in _unsaved)
                HoursOf(purpose).Add(hour, calls);
        }
    }

    /// <summary>Saves what came since the last time; what cannot be saved now is saved the next time.</summary>
    public async Task SaveAsync(CancellationToken cancellationToken)
    {
        Dictionary<(CallPurpose Purpose, long Hour), long> saving;
        lock (_lock)
        {
            Take();
            (saving, _unsaved) = (_unsaved, []);
        }

        if (saving.Count == 0)
            return;
        try
        {
            await _table.AddAsync(saving, timeProvider.GetUtcNow().UtcDateTime, cancellationToken);
        }
        catch (Exception exception)
        {
            lock (_lock)
            {
                foreach (var (key, calls) in saving)
                    _unsaved[key] = _unsaved.GetValueOrDefault(key) + calls;
            }

            if (exception is not NpgsqlException && !SessionLoss.WasUnseen(exception))
                throw;
            LogNotSaved(exception, schema);
        }
    }

    /// <summary>Calls of the 24 hours before now, by purpose.</summary>
    public IReadOnlyDictionary<CallPurpose, double> Read() => ReadAt(timeProvider.GetUtcNow());

    /// <summary>
    /// The first full hour at which no more than so many of the present calls are within 24 hours; new ones are not reckoned with.
    /// </summary>
    public DateTimeOffset FindEase(Func<CallPurpose, bool> isCounted, double calls)
    {
        var hour = HourlyCalls.HourOf(timeProvider.GetUtcNow());
        for (var ahead = 1; ; ahead++)
        {
            var moment = new DateTimeOffset(HourlyCalls.StartOf(hour + ahead));
            if (ReadAt(moment).Where(pair => isCounted(pair.Key)).Sum(pair => pair.Value) <= calls)
                return moment;
        }
    }

    private Dictionary<CallPurpose, double> ReadAt(DateTimeOffset moment)
    {
        lock (_lock)
        {
            Take();
            return _calls.ToDictionary(pair => pair.Key, pair => pair.Value.SumAt(moment));
        }
    }

    private void Take()
    {
        var hour = HourlyCalls.HourOf(timeProvider.GetUtcNow());
        foreach (var (said, calls) in salesforce.TakeCalls())
        {
            var purpose = said with { Work = CallKinds.ToText(said) };
            HoursOf(purpose).Add(hour, calls);
            _unsaved[(purpose, hour)] = _unsaved.GetValueOrDefault((purpose, hour)) + calls;
        }
    }

    private HourlyCalls HoursOf(CallPurpose purpose)
    {
        if (!_calls.TryGetValue(purpose, out var hours))
            _calls.Add(purpose, hours = new HourlyCalls());
        return hours;
    }

    [LoggerMessage(LogLevel.Warning, "The API calls of {Schema} could not be saved; they are saved the next time")]
    private partial void LogNotSaved(Exception exception, string schema);
}
