using Microsoft.Extensions.Logging;
using Npgsql;
using Tandem.Salesforce;

namespace Tandem.Server.Demo;

/// <summary>Keeps the demo lively: so many changes per second on each side, two in four of them updates.</summary>
public sealed partial class DemoActivity(DemoApp app, DemoOrg org, TimeProvider timeProvider, ILogger<DemoActivity> logger)
{
    private const int KeptContacts = 50;

    /// <summary>Runs until cancelled; a change that fails is logged and the next one follows.</summary>
    public Task RunAsync(int changesPerSecond, CancellationToken cancellationToken)
    {
        var pause = TimeSpan.FromSeconds(1) / changesPerSecond;
        return Task.WhenAll(
            RunSideAsync(pause, ChangeLocallyAsync, cancellationToken), RunSideAsync(pause, ChangeInOrgAsync(), cancellationToken));
    }

    private readonly Queue<string> _local = new();

    private async Task RunSideAsync(TimeSpan pause, Func<int, CancellationToken, Task> change, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(pause, timeProvider);
        for (var number = 0; await timer.WaitForNextTickAsync(cancellationToken); number++)
        {
            try
            {
                await change(number, cancellationToken);
            }
            catch (Exception exception) when (exception is NpgsqlException or SalesforceException)
            {
                LogFailed(exception);
            }
        }
    }

    private async Task ChangeLocallyAsync(int number, CancellationToken cancellationToken)
    {
        if (number % 4 == 0 || _local.Count == 0)
        {
            var key = $"app-{Guid.CreateVersion7():N}"[..36];
            await app.InsertAsync(key, $"From the app {number}", cancellationToken);
            _local.Enqueue(key);
        }
        else if (number % 4 == 3 && _local.Count > KeptContacts)
        {
            await app.DeleteAsync(_local.Dequeue(), cancellationToken);
        }
        else
        {
            await app.UpdateAsync(_local.ElementAt(number % _local.Count), $"Title {number}", cancellationToken);
        }
    }

    private Func<int, CancellationToken, Task> ChangeInOrgAsync()
    {
        var contacts = new Queue<SalesforceId>();
        return async (number, cancellationToken) =>
        {
            if (number % 4 == 0 || contacts.Count == 0)
            {
                var key = $"org-{Guid.CreateVersion7():N}"[..36];
                contacts.Enqueue(await org.InsertAsync(key, $"From the org {number}", cancellationToken));
            }
            else if (number % 4 == 3 && contacts.Count > KeptContacts)
            {
                await org.DeleteAsync(contacts.Dequeue(), cancellationToken);
            }
            else
            {
                await org.UpdateAsync(contacts.ElementAt(number % contacts.Count), $"Title {number}", cancellationToken);
            }
        };
    }

    [LoggerMessage(LogLevel.Warning, "A change of the demo's activity failed")]
    private partial void LogFailed(Exception exception);
}
