using Tandem.Sync.Catalog;

namespace Tandem.Server.Demo;

/// <summary>
/// The demo as a check: loads, makes inserts, updates and deletes on each side, waits until each is seen on the other, and compares
/// every mapped value of every row.
/// </summary>
public sealed class DemoCheck(DemoWorld world, string schema, TimeProvider timeProvider)
{
    private const int Rounds = 10;

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private readonly DemoApp _app = new(world.Host.DataSource, schema);
    private readonly DemoOrg _org = new(world.Host.Salesforce);

    /// <param name="started">When the sync was started, for the load's seconds.</param>
    /// <exception cref="ConfigurationException">Something did not arrive in time; the message says what.</exception>
    public async Task<DemoCheckResult> RunAsync(long started, CancellationToken cancellationToken)
    {
        await WaitForLoadAsync(cancellationToken);
        var loadSeconds = timeProvider.GetElapsedTime(started).TotalSeconds;

        var toSalesforce = new List<double>();
        var toPostgres = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            await ChangeLocallyAsync($"check-app-{round}", toSalesforce, cancellationToken);
            await ChangeInOrgAsync($"check-org-{round}", toPostgres, cancellationToken);
        }

        // What stays of the check on both sides shows that inserts and updates survive, not only that deletes follow.
        await _app.InsertAsync("check-app-kept", "Kept by the check", cancellationToken);
        await UntilAsync("an insert", async token => (await _org.FindAsync("check-app-kept", token)) is not null, cancellationToken);
        await _org.InsertAsync("check-org-kept", "Kept by the check", cancellationToken);
        await UntilAsync("an insert", async token => (await _app.FindAsync("check-org-kept", token))?.Id is not null, cancellationToken);

        var comparison = await world.Host.CompareAsync(cancellationToken);
        var differences = comparison.Sum(result => result.Differences);
        return new DemoCheckResult
        {
            Ok = differences == 0,
            Rows = comparison.Sum(result => result.Rows),
            LoadSeconds = Math.Round(loadSeconds, 2),
            ToSalesforceMsP50 = Math.Round(Median(toSalesforce), 1),
            ToPostgresMsP50 = Math.Round(Median(toPostgres), 1),
            Differences = differences,
            Examples = [.. comparison.SelectMany(result => result.Examples)],
        };
    }

    /// <summary>Waits until every mapping is loaded.</summary>
    /// <exception cref="ConfigurationException">A mapping cannot be loaded; the message says why.</exception>
    public async Task WaitForLoadAsync(CancellationToken cancellationToken)
    {
        while (!world.Host.Mappings.All.All(mapping => mapping.IsLoaded))
        {
            if (world.Host.Mappings.All.Select(mapping => mapping.Fault).OfType<Sync.Faults.Fault>().FirstOrDefault() is { } fault)
                throw new ConfigurationException(fault.Sentence);
            await Task.Delay(LookInterval, timeProvider, cancellationToken);
        }
    }

    private async Task ChangeLocallyAsync(string key, List<double> milliseconds, CancellationToken cancellationToken)
    {
        await MeasureAsync(
            "a local insert",
            token => _app.InsertAsync(key, "From the app", token),
            async token => await _org.FindAsync(key, token) is not null,
            milliseconds,
            cancellationToken);
        await MeasureAsync(
            "a local update",
            token => _app.UpdateAsync(key, "Changed", token),
            async token => (await _org.FindAsync(key, token))?.Title == "Changed",
            milliseconds,
            cancellationToken);
        await MeasureAsync(
            "a local delete",
            token => _app.DeleteAsync(key, token),
            async token => await _org.FindAsync(key, token) is null,
            milliseconds,
            cancellationToken);
    }

    private async Task ChangeInOrgAsync(string key, List<double> milliseconds, CancellationToken cancellationToken)
    {
        var id = await MeasureAsync(
            "an insert in the org",
            token => _org.InsertAsync(key, "From the org", token),
            async token => await _app.FindAsync(key, token) is not null,
            milliseconds,
            cancellationToken);
        await MeasureAsync(
            "an update in the org",
            token => _org.UpdateAsync(id, "Changed", token),
            async token => (await _app.FindAsync(key, token))?.Title == "Changed",
            milliseconds,
            cancellationToken);
        await MeasureAsync(
            "a delete in the org",
            token => _org.DeleteAsync(id, token),
            async token => await _app.FindAsync(key, token) is null,
            milliseconds,
            cancellationToken);
    }

    private async Task MeasureAsync(
        string what,
        Func<CancellationToken, Task> change,
        Func<CancellationToken, Task<bool>> isSeen,
        List<double> milliseconds,
        CancellationToken cancellationToken)
    {
        await change(cancellationToken);
        milliseconds.Add(await UntilAsync(what, isSeen, cancellationToken));
    }

    private async Task<T> MeasureAsync<T>(
        string what,
        Func<CancellationToken, Task<T>> change,
        Func<CancellationToken, Task<bool>> isSeen,
        List<double> milliseconds,
        CancellationToken cancellationToken)
    {
        var result = await change(cancellationToken);
        milliseconds.Add(await UntilAsync(what, isSeen, cancellationToken));
        return result;
    }

    /// <returns>Milliseconds until the change was seen.</returns>
    private async Task<double> UntilAsync(string what, Func<CancellationToken, Task<bool>> isSeen, CancellationToken cancellationToken)
    {
        var started = timeProvider.GetTimestamp();
        while (!await isSeen(cancellationToken))
        {
            if (timeProvider.GetElapsedTime(started) > LongestWait)
                throw new ConfigurationException($"{what} was not seen on the other side within {LongestWait.TotalSeconds:0} s.");
            await Task.Delay(LookInterval, timeProvider, cancellationToken);
        }

        return timeProvider.GetElapsedTime(started).TotalMilliseconds;
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values.Count % 2 == 1 ? values[values.Count / 2] : (values[values.Count / 2 - 1] + values[values.Count / 2]) / 2;
    }
}
