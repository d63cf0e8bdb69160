using Tandem.Simulator.Auth;
using Tandem.Simulator.Bulk;
using Tandem.Simulator.Control;
using Tandem.Simulator.Data;
using Tandem.Simulator.Data.Seeding;
using Tandem.Simulator.Events;
using Tandem.Simulator.Http;
using Tandem.Simulator.Metadata;
using Tandem.Simulator.Records;

namespace Tandem.Simulator;

/// <summary>What an org consists of behind its doors, put together once. <see cref="SimulatorServer"/> owns it, and
/// <see cref="OrgPipeline"/> puts the doors before it.</summary>
internal sealed class OrgParts : IAsyncDisposable
{
    public required Org Org { get; init; }

    public required SessionStore Sessions { get; init; }

    public required AppRegistry Apps { get; init; }

    public required UserLogins Logins { get; init; }

    public required RecordSaver Saver { get; init; }

    public required OrgControl Control { get; init; }

    public required BulkJobs Bulk { get; init; }

    public required EventBus Events { get; init; }

    /// <summary>Reads the metadata, and the rows from the save file or, if there is none, makes them; the other parts find the rows
    /// there.</summary>
    public static async Task<OrgParts> CreateAsync(
        SimulatorOptions options, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var clock = new OrgClock(timeProvider);
        var org = new Org(MetadataReader.Load(options.MetadataFile, options.HasSeveralCurrencies), clock);
        var sessions = new SessionStore(org.OrganizationId, clock) { Lifetime = options.SignIn.SessionIdleLifetime };
        var saver = new RecordSaver(org, options.CommitLag)
        {
            FindsNewParentsByKey = options.FindsNewParentsByKey,
            Faults = new SaveFaults(options.Seed),
        };
        var control = new OrgControl(org, clock, sessions, saver, new ApiUsage(options.DailyApiRequests, clock));
        if (options.SaveFile is not { } saveFile || !await control.LoadAsync(saveFile, cancellationToken))
            new Seeder(org, options).Run();
        return new OrgParts
        {
            Org = org,
            Sessions = sessions,
            Apps = new AppRegistry([OwnApp(options), .. options.SignIn.Apps]),
            Logins = new UserLogins(org, sessions, options.SignIn, options.Password),
            Saver = saver,
            Control = control,
            Bulk = new BulkJobs(org, saver, new BulkControl(new BulkSettings { JobDelay = options.BulkJobDelay })),
            Events = new EventBus(org, options.Events),
        };
    }

    public async ValueTask DisposeAsync()
    {
        await Bulk.DisposeAsync();
        Events.Dispose();
        Org.Dispose();
    }

    private static ConnectedApp OwnApp(SimulatorOptions options) => new()
    {
        ClientId = options.ClientId,
        ClientSecret = options.ClientSecret,
        RunAsUserName = options.UserName,
    };
}
