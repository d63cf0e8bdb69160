using Tandem.Simulator.Auth;

namespace Tandem.Simulator.Control;

/// <summary>Sessions and users over HTTP: issue and revoke sessions, deactivate and freeze users, take access from them.</summary>
internal static class SessionEndpoints
{
    public static void Map(ControlRoutes routes, OrgControl control, SessionStore sessions, UserLogins logins)
    {
        routes.Get("/sessions", _ => Task.FromResult<object?>(sessions.List().Select(session =>
            new { session.UserId, session.IssuedAt })));
        routes.Post("/sessions", async context =>
        {
            var session = sessions.Issue(control.Rows.FindUser((await ControlRoutes.ReadAsync<Who>(context)).User));
            return new { session.AccessToken, session.UserId };
        });
        routes.Post("/sessions/revoke", async context =>
        {
            Revoke(control, sessions, await ControlRoutes.ReadAsync<Revocation>(context));
            return null;
        });
        routes.Patch("/users/{user}", async context =>
        {
            var change = await ControlRoutes.ReadAsync<Change>(context);
            var user = ControlRoutes.Value(context, "user");
            if (change is { IsActive: null, IsFrozen: null })
                throw new ControlException("A change of a user has isActive or isFrozen.");
            if (change.IsFrozen is { } isFrozen)
                Freeze(logins, control.Rows.FindUser(user), isFrozen);
            if (change.IsActive is { } isActive)
                await control.SetActiveAsync(user, isActive, context.RequestAborted);
            return null;
        });
        routes.Get("/users/{user}/access", context =>
            Task.FromResult<object?>(AccessLists.Of(control.AccessOf(ControlRoutes.Value(context, "user")))));
        routes.Put("/users/{user}/access", async context =>
        {
            var lists = await ControlRoutes.ReadAsync<AccessLists>(context);
            control.SetAccess(ControlRoutes.Value(context, "user"), lists.ToAccess());
            return null;
        });
    }

    private static void Freeze(UserLogins logins, string userId, bool isFrozen)
    {
        if (isFrozen)
            logins.Freeze(userId);
        else
            logins.Unfreeze(userId);
    }

    private static void Revoke(OrgControl control, SessionStore sessions, Revocation order)
    {
        if (order.AccessToken is { } token && !sessions.Revoke(token))
            throw new ControlException("There is no session with this access token.", isMissing: true);
        if (order.User is { } user)
            sessions.RevokeUser(control.Rows.FindUser(user));
        if (order is { AccessToken: null, User: null })
            sessions.RevokeAll();
    }

    private sealed record Who
    {
        public string User { get; init; } = "";
    }

    private sealed record Change
    {
        public bool? IsActive { get; init; }

        public bool? IsFrozen { get; init; }
    }

    private sealed record Revocation
    {
        public string? AccessToken { get; init; }

        public string? User { get; init; }
    }
}
