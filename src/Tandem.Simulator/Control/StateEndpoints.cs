namespace Tandem.Simulator.Control;

/// <summary>The org's records and state over HTTP: edits as another user, snapshots, the save file.</summary>
internal static class StateEndpoints
{
    public static void Map(ControlRoutes routes, OrgControl control, string? saveFile)
    {
        foreach (var action in Enum.GetValues<RowAction>())
        {
            var name = action.ToString();
            routes.Post($"/records/{char.ToLowerInvariant(name[0])}{name[1..]}", async context =>
                await control.Rows.RunAsync(action, await ControlRoutes.ReadAsync<RowEdit>(context), context.RequestAborted));
        }

        routes.Post("/records/merge", async context =>
            await control.Rows.MergeAsync(await ControlRoutes.ReadAsync<RowMerge>(context), context.RequestAborted));
        routes.Get("/snapshots", _ => Task.FromResult<object?>(control.Snapshots.List()));
        routes.Put("/snapshots/{name}", async context =>
        {
            await control.Snapshots.TakeAsync(ControlRoutes.Value(context, "name"), context.RequestAborted);
            return null;
        });
        routes.Post("/snapshots/{name}/restore", async context =>
        {
            await control.Snapshots.RestoreAsync(ControlRoutes.Value(context, "name"), context.RequestAborted);
            return null;
        });
        routes.Delete("/snapshots/{name}", context =>
        {
            var name = ControlRoutes.Value(context, "name");
            return control.Snapshots.Remove(name) ? Task.FromResult<object?>(null) : throw ControlException.Missing("snapshot", name);
        });
        routes.Post("/save", async context =>
        {
            await control.SaveAsync(saveFile ?? throw new ControlException("The org was started without a save file."),
                context.RequestAborted);
            return null;
        });
    }
}
