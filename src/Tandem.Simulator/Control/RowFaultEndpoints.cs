using Tandem.Simulator.Records;

namespace Tandem.Simulator.Control;

/// <summary>The rules that refuse single rows, over HTTP: list, add, remove.</summary>
internal static class RowFaultEndpoints
{
    public static void Map(ControlRoutes routes, SaveFaults faults)
    {
        routes.Get("/row-faults", _ => Task.FromResult<object?>(faults.List().Select(pair => new { Rule = pair.Fault, pair.Hits })));
        routes.Post("/row-faults", async context =>
        {
            var fault = await ControlRoutes.ReadAsync<SaveFault>(context);
            faults.Add(fault);
            return new { fault.Id };
        });
        routes.Delete("/row-faults", _ =>
        {
            faults.Clear();
            return Task.FromResult<object?>(null);
        });
        routes.Delete("/row-faults/{id}", context =>
        {
            var id = ControlRoutes.Value(context, "id");
            return faults.Remove(id) ? Task.FromResult<object?>(null) : throw ControlException.Missing("row fault", id);
        });
    }
}
