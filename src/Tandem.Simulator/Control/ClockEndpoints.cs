namespace Tandem.Simulator.Control;

/// <summary>The org's time over HTTP: read, set, advance, freeze, resume.</summary>
internal static class ClockEndpoints
{
    public static void Map(ControlRoutes routes, OrgClock clock)
    {
        routes.Get("/clock", _ => Show(clock));
        routes.Post("/clock/set", async context =>
        {
            clock.Set((await ControlRoutes.ReadAsync<Moment>(context)).Now);
            return await Show(clock);
        });
        routes.Post("/clock/advance", async context =>
        {
            clock.Advance((await ControlRoutes.ReadAsync<Step>(context)).By);
            return await Show(clock);
        });
        routes.Post("/clock/freeze", _ =>
        {
            clock.Freeze();
            return Show(clock);
        });
        routes.Post("/clock/resume", _ =>
        {
            clock.Resume();
            return Show(clock);
        });
    }

    private static Task<object?> Show(OrgClock clock) => Task.FromResult<object?>(new { Now = clock.GetUtcNow(), clock.IsFrozen });

    private sealed record Moment
    {
        public required DateTimeOffset Now { get; init; }
    }

    private sealed record Step
    {
        public required TimeSpan By { get; init; }
    }
}
