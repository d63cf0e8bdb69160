using Tandem.Simulator.Bulk;

namespace Tandem.Simulator.Control;

/// <summary>How Bulk jobs behave and which go wrong, over HTTP: read the settings, put others in their place.</summary>
internal static class BulkControlEndpoints
{
    public static void Map(ControlRoutes routes, BulkControl bulk)
    {
        routes.Get("/bulk", _ => Task.FromResult<object?>(bulk.Settings));
        routes.Put("/bulk", async context => bulk.Settings = await ControlRoutes.ReadAsync<BulkSettings>(context));
    }
}
