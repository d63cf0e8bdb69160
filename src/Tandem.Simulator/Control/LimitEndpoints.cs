using System.Text.Json;
using Tandem.Simulator.Events;

namespace Tandem.Simulator.Control;

/// <summary>The limits and the knobs of the org over HTTP.</summary>
internal static class LimitEndpoints
{
    public static void Map(ControlRoutes routes, OrgControl control, EventBus events)
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

    private static Task<object?> Show(OrgControl control, EventBus events) => Task.FromResult<object?>(new Limits
    {
        DailyMax = control.Usage.Max,
        DailyUsed = control.Usage.Used,
        LongCallsMax = control.OpenCalls.MaxLong,
        LongCallsAfter = control.OpenCalls.LongAfter,
        OpenCalls = control.OpenCalls.Count,
        DailyEventsMax = events.Allowance.Max,
        DailyEventsUsed = events.Allowance.Used,
        HourlyPublishedMax = events.Publishing.Max,
        HourlyPublishedUsed = events.Publishing.Used,
    });

    private static void Set(OrgControl control, EventBus events, Limits limits)
    {
        if (limits.OpenCalls is not null || limits.DailyEventsUsed is not null || limits.HourlyPublishedUsed is not null)
            throw new ControlException("openCalls, dailyEventsUsed and hourlyPublishedUsed are counted and cannot be set.");
        if (limits.DailyEventsMax is { } eventsMax)
            events.Allowance.Max = eventsMax;
        if (limits.HourlyPublishedMax is { } publishedMax)
            events.Publishing.Max = publishedMax;
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

        public int? HourlyPublishedMax { get; init; }

        public int? HourlyPublishedUsed { get; init; }
    }
}
