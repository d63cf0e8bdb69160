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
    private OrgParts(Org org, OrgClock clock, SimulatorOptions options)
    {
        Org = org;
        Sessions = new SessionStore(org.OrganizationId, clock) { Lifetime = options.SignIn.SessionIdleLifetime };
        Apps = new AppRegistry([OwnApp(options), .. options.SignIn.Apps]);
        Logins = new UserLogins(org, Sessions, options.SignIn, options.Password);
        Saver = new RecordSaver(org, options.CommitLag)
        {
            FindsNewParentsByKey = options.FindsNewParentsByKey,
            Faults = new SaveFaults(options.Seed),
        };
        Control = new OrgControl(org, clock, Sessions, Saver, new ApiUsage(options.DailyApiRequests, clock));
        Bulk = new BulkJobs(org, Saver, new BulkControl(new BulkSettings { JobDelay = options.BulkJobDelay }));
        Events = new EventBus(org, options.Events);
    }

    public Org Org { get; }

    public SessionStore Sessions { get; }

    public AppRegistry Apps { get; }

    public UserLogins Logins { get; }

    public RecordSaver Saver { get; }

    public OrgControl Control { get; }

    public BulkJobs Bulk { get; }

    public EventBus Events { get; }

    /// <summary>Reads the metadata, and the rows from the save file or, if there is none, makes them.</summary>
    public static async Task<OrgParts> CreateAsync(
        SimulatorOptions options, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var clock = new OrgClock(timeProvider);
        var parts = new OrgParts(new Org(MetadataReader.Load(options.MetadataFile), clock), clock, options);
        if (options.SaveFile is not { } saveFile || !await parts.Control.LoadAsync(saveFile, cancellationToken))
            new Seeder(parts.Org, options).Run();
        return parts;
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
