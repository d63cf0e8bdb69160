using Npgsql;
using Tandem.Sync.Catalog;
using Tandem.Sync.Faults;
using Tandem.Sync.Pull;

namespace Tandem.Sync.Running;

/// <summary>
/// Has mappings read every record anew and waits until they have. What it asks for is stored, so that a reload goes on after a crash;
/// one that is under way is not begun a second time. Source: heroku-connect.md, section 9; architecture.md, promise 5.
/// </summary>
public sealed class ReloadHandler(NpgsqlDataSource dataSource, RefreshTable refreshes) : IRequestHandler
{
    public RequestKind Kind => RequestKind.Reload;

    public async Task<RequestOutcome> RunAsync(
        Request request, IReadOnlyList<LiveMapping> targets, CancellationToken cancellationToken)
    {
        var outcomes = new List<Task<RequestOutcome>>();
        await using (var connection = await dataSource.OpenConnectionAsync(cancellationToken))
        {
            foreach (var target in targets)
                outcomes.Add(await BeginAsync(target, connection, cancellationToken));
        }

        var ended = await Task.WhenAll(outcomes);
        return new RequestOutcome(ended.All(outcome => outcome.Succeeded), string.Join(' ', ended.Select(outcome => outcome.Sentence)));
    }

    private async Task<Task<RequestOutcome>> BeginAsync(
        LiveMapping target, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var mapped = target.Mapped;
        if (!target.IsLoaded)
            return Task.FromResult(new RequestOutcome(false, $"{mapped.Name} is not loaded yet; its first load goes on."));
        if (target.Fault is { Action: FaultAction.PauseMapping } fault)
            return Task.FromResult(new RequestOutcome(false, $"{mapped.Name} has stopped, recover it first: {fault.Sentence}"));
        var ended = target.WhenReloadedAsync(cancellationToken);
        await refreshes.AskAsync(
            connection, mapped.Name, RefreshKind.Reload, new TableContent(mapped.Columns, mapped.Mapping.Filter), cancellationToken);
        Failpoints.Reach("reload.asked");
        target.Wake();
        return ended;
    }
}
