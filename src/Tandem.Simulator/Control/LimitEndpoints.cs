using System.Text.Json;
using Tandem.Simulator.Events;

namespace Tandem.Simulator.Control;

/// <summary>The limits and the knobs of the org over HTTP.</summary>
internal static class LimitEndpoints
{
    public static void Map(ControlRoutes routes, OrgControl control, EventAllowance events)
    {
        routes.Get("/limits", _ => Show(control, events));
        routes.Patch("/limits", async context =>
        {
            Set(control, events, await ControlRoutes.ReadAsync<Limits>(context));
            return await Show(control, events);
        });
        routes.Get("/settings", _ => Task.FromResult<object?>(control.Settings.Values));
        routes.Patch("/settings", async context =>
        {
            foreach (var (name, value) in await ControlRoutes.ReadAsync<Dictionary<string, JsonElement>>(context))
                control.Settings.Set(name, value);
            return control.Settings.Values;
        });
    }

    private static Task<object?> Show(OrgControl control, EventAllowance events) => Task.FromResult<object?>(new Limits
    {
        DailyMax = control.Usage.Max,
        DailyUsed = control.Usage.Used,
        LongCallsMax = control.OpenCalls.MaxLong,
        LongCallsAfter = control.OpenCalls.LongAfter,
        OpenCalls = control.OpenCalls.Count,
        DailyEventsMax = events.Max,
        DailyEventsUsed = events.Used,
    });

    private static void Set(OrgControl control, EventAllowance events, Limits limits)
    {
        if (limits.OpenCalls is not null || limits.DailyEventsUsed is not null)
            throw new ControlException("openCalls and dailyEventsUsed are counted and cannot be set.");
        if (limits.DailyEventsMax is { } eventsMax)
            events.Max = eventsMax;
        if (limits.DailyMax is { } max)
            control.Usage.Max = max;
        if (limits.DailyUsed is { } used)
            control.Usage.Used = used;
        if (limits.LongCallsMax is { } longMax)
            control.OpenCalls.MaxLong = longMax;
        if (limits.LongCallsAfter is { } after)
            control.OpenCalls.LongAfter = after;
    }

    private sealed record Limits
    {
        public int? DailyMax { get; init; }

        public int? DailyUsed { get; init; }

        public int? LongCallsMax { get; init; }

        public TimeSpan? LongCallsAfter { get; init; }

        public int? OpenCalls { get; init; }

        public int? DailyEventsMax { get; init; }

        public int? DailyEventsUsed { get; init; }
    }
}
