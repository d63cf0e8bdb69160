namespace Tandem.Simulator.Data;

/// <summary>
/// What happens in an org by itself as time passes: formulas of the day and of the moment get their new values, and the recycle bin loses
/// what has been in it for 15 days. Every request asks for it first; the check costs nothing until the minute changes.
/// </summary>
internal sealed class Upkeep(Org org)
{
    private const long MinutesPerDay = 24 * 60;

    private long _minute = MinuteOf(org.Now());

    public async ValueTask RunAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Read(ref _minute) == MinuteOf(org.Now()))
            return;
        using (await org.Gate.EnterAsync(cancellationToken))
            Run();
    }

    /// <summary>As the other, for whoever is within the org's gate.</summary>
    public void Run()
    {
        var now = org.Now();
        var minute = MinuteOf(now);
        if (Interlocked.Read(ref _minute) == minute)
            return;
        var isNewDay = minute / MinutesPerDay != _minute / MinutesPerDay;
        Interlocked.Exchange(ref _minute, minute);
        var transaction = new OrgTransaction(org, now, Caller.Of(org.AdminUserId));
        new RecycleBin(transaction).PurgeExpired();
        new FieldRefresh(transaction).RunAll(org.Graph.InOrder.Where(field => field.Formula is { } formula
            && (formula.UsesNow || (formula.UsesToday && isNewDay))));
        transaction.Commit();
    }

    private static long MinuteOf(DateTime moment) => moment.Ticks / TimeSpan.TicksPerMinute;
}
