using Tandem.Simulator.Events;

namespace Tandem.Simulator.Control;

/// <summary>The rules that spoil events, and the events that are kept, over HTTP: list, add, remove, forget.</summary>
internal static class EventFaultEndpoints
{
    public static void Map(ControlRoutes routes, EventBus events)
    {
        routes.Get("/event-faults", _ => Task.FromResult<object?>(events.Faults.All.Select(state =>
            new { state.Id, Rule = state.Fault, state.Hits })));
        routes.Post("/event-faults", async context => new { Id = events.Faults.Add(await ControlRoutes.ReadAsync<EventFault>(context)) });
        routes.Delete("/event-faults", _ =>
        {
            events.Faults.Clear();
            return Task.FromResult<object?>(null);
        });
        routes.Delete("/event-faults/{id}", context =>
        {
            var id = ControlRoutes.Value(context, "id");
            return events.Faults.Remove(id) ? Task.FromResult<object?>(null) : throw ControlException.Missing("event fault", id);
        });
        routes.Delete("/events", _ =>
        {
            events.Clear();
            return Task.FromResult<object?>(null);
        });
    }
}
