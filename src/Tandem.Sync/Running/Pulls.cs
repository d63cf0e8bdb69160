using Microsoft.Extensions.Logging;
using Tandem.Salesforce;
using Tandem.Sync.Freshness;
using Tandem.Sync.Pull;

namespace Tandem.Sync.Running;

/// <summary>The ways rows come from the org, made once for a shift and used by every <see cref="MappingWorker"/>.</summary>
public sealed record Pulls
{
    public required ProgressTable ProgressTable { get; init; }

    public required InitialLoad Load { get; init; }

    /// <summary>Brings loaded tables to another shape, beside the passes.</summary>
    public required RefreshPass Refresh { get; init; }

    /// <summary>In the order in which those that are due run at a tick.</summary>
    public required IReadOnlyList<IPullPass> Passes { get; init; }

    /// <summary>Those of a shift.</summary>
    public static Pulls Of(string schema, SalesforceClient salesforce, ShiftSettings settings)
    {
        var progress = new ProgressTable(schema);
        var readErrors = new ReadErrors(schema);
        var loggers = settings.LoggerFactory;
        return new Pulls
        {
            ProgressTable = progress,
            Load = new InitialLoad(salesforce, progress, settings.Sync, settings.TimeProvider, loggers.CreateLogger<InitialLoad>()),
            Refresh = new RefreshPass(salesforce, new RefreshTable(schema), progress, settings.Sync),
            Passes =
            [
                new Poll(salesforce, progress, settings.Sync, loggers),
                new Reconciliation(salesforce, progress, settings.Sync.Poll, loggers.CreateLogger<Reconciliation>()),
                new HeldRowsPass(
                    salesforce,
                    readErrors,
                    new ColumnWidening(salesforce, loggers.CreateLogger<ColumnWidening>()),
                    loggers.CreateLogger<HeldRowsPass>()),
                new FreshnessPass(
                    salesforce,
                    new FreshnessTable(schema),
                    settings.Sync,
                    settings.TimeProvider,
                    loggers.CreateLogger<FreshnessPass>()),
            ],
        };
    }
}
