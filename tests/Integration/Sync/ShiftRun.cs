using Tandem.Server.Hosting;
using Tandem.Sync.Catalog;
using Tandem.Sync.Running;

namespace Tandem.Tests.Integration.Sync;

/// <summary>A shift at work until the test disposes it, which ends it as a stop or a crash does.</summary>
internal sealed class ShiftRun : IAsyncDisposable
{
    private readonly ConnectionShift _shift;
    private readonly BackgroundRun _run;

    private ShiftRun(ConnectionShift shift)
    {
        _shift = shift;
        _run = new BackgroundRun(shift.RunAsync);
    }

    public LiveMapping Only => (_shift.Mappings ?? throw new InvalidOperationException("The shift is not prepared.")).All.Single();

    public Task Ended => _run.Ended;

    public static async Task<ShiftRun> StartAsync(SyncWorld world, params Mapping[] mappings)
    {
        var catalog = new CatalogDatabase(world.Database.DataSource);
        await catalog.MigrateAsync(SyncWorld.Token);
        var stored = await catalog.FindConnectionAsync(world.Schema, SyncWorld.Token);
        await catalog.SaveAsync(
            stored ?? new Connection
            {
                Id = Guid.NewGuid(),
                Name = "test",
                LoginUrl = world.Proxy.Address,
                ApiVersion = "67.0",
                Schema = world.Schema,
            },
            [],
            SyncWorld.Token);
        var shift = world.NewShift();
        try
        {
            await shift.PrepareAsync(mappings, SyncWorld.Token);
            return new ShiftRun(shift);
        }
        catch
        {
            await shift.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks as the command line does.</summary>
    public static Task<RequestOutcome> AskAsync(SyncWorld world, RequestKind kind, string? objectName) =>
        new RequestDesk(world.Database.ConnectionString, world.Schema, TimeProvider.System).AskAsync(kind, objectName, SyncWorld.Token);

    public async ValueTask DisposeAsync()
    {
        await _run.DisposeAsync();
        await _shift.DisposeAsync();
    }
}
