namespace Tandem.Simulator.Control;

/// <summary>The fault rules over HTTP: list, add, remove.</summary>
internal static class FaultEndpoints
{
    public static void Map(ControlRoutes routes, FaultBoard faults)
    {
        routes.Get("/faults", _ => Task.FromResult<object?>(faults.List()));
        routes.Post("/faults", async context => new { Id = faults.Add(await ControlRoutes.ReadAsync<FaultRule>(context)) });
        routes.Delete("/faults", _ =>
        {
            faults.Clear();
            return Task.FromResult<object?>(null);
        });
        routes.Delete("/faults/{id}", context =>
        {
            var id = ControlRoutes.Value(context, "id");
            return faults.Remove(id) ? Task.FromResult<object?>(null) : throw ControlException.Missing("fault", id);
        });
    }
}
