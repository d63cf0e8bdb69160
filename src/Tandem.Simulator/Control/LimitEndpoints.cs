using System.Text.Json;

namespace Tandem.Simulator.Control;

/// <summary>The limits and the knobs of the org over HTTP.</summary>
internal static class LimitEndpoints
{
    public static void Map(ControlRoutes routes, OrgControl control)
    {
        routes.Get("/limits", _ => Show(control));
        routes.Patch("/limits", async context =>
        {
            Set(control, await ControlRoutes.ReadAsync<Limits>(context));
            return await Show(control);
        });
        routes.Get("/settings", _ => Task.FromResult<object?>(control.Settings.Values));
        routes.Patch("/settings", async context =>
        {
            foreach (var (name, value) in await ControlRoutes.ReadAsync<Dictionary<string, JsonElement>>(context))
                control.Settings.Set(name, value);
            return control.Settings.Values;
        });
    }

    private static Task<object?> Show(OrgControl control) => Task.FromResult<object?>(new Limits
    {
        DailyMax = control.Usage.Max,
        DailyUsed = control.Usage.Used,
        LongCallsMax = control.OpenCalls.MaxLong,
        LongCallsAfter = control.OpenCalls.LongAfter,
        OpenCalls = control.OpenCalls.Count,
    });

    private static void Set(OrgControl control, Limits limits)
    {
        if (limits.OpenCalls is not null)
            throw new ControlException("openCalls is counted and cannot be set.");
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
    }
}
