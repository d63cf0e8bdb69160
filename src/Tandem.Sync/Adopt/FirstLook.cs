using Microsoft.Extensions.Logging;
using Npgsql;
using Tandem.Salesforce;
using Tandem.Sync.Pull;
using Tandem.Sync.Running;
using Tandem.Sync.Verify;

namespace Tandem.Sync.Adopt;

/// <summary>
/// After an adoption, before any shift runs: one poll of each table, which brings what changed since Heroku Connect was paused, and then a
/// comparison with the org, which shows what it had missed before. The comparison repairs nothing. Doing it twice is harmless.
/// </summary>
public sealed class FirstLook(SalesforceClient salesforce, NpgsqlDataSource dataSource, ShiftSettings settings)
{
    /// <param name="objectNames">The adopted objects; others, and those that are not loaded, are left out.</param>
    public async Task<IReadOnlyList<VerifyReport>> RunAsync(
        LiveMappings mappings, IReadOnlySet<string> objectNames, VerifyLevel level, CancellationToken cancellationToken)
    {
        var progressTable = new ProgressTable(mappings.Schema);
        var poll = new Poll(salesforce, progressTable, settings.Sync, settings.LoggerFactory);
        using var verifier = new Verifier(
            salesforce, mappings.Schema, settings.Sync, settings.TimeProvider, settings.LoggerFactory.CreateLogger<Verifier>());
        var reports = new List<VerifyReport>();
        foreach (var mapping in mappings.All.Where(mapping => mapping.IsLoaded && objectNames.Contains(mapping.Mapped.Name)))
        {
            await using (var session = await dataSource.OpenConnectionAsync(cancellationToken))
            {
                var turn = new PullTurn
                {
                    Mapped = mapping.Mapped,
                    ConnectAsync = _ => ValueTask.FromResult(session),
                    Gate = mapping.Gate,
                    Progress = mapping.Progress,
                };
                mapping.Note((await poll.RunAsync(turn, cancellationToken)).Progress);
            }

            reports.Add(await verifier.RunAsync(mapping, new VerifyRequest(level, Repairs: false), dataSource, cancellationToken));
        }

        return reports;
    }
}
