using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tandem.Server.Access;
using Tandem.Sync.Catalog.Access;

namespace Tandem.Server.Api.V1;

/// <summary>The people who sign in by password, for those who may do everything.</summary>
internal sealed class UserEndpoints(ApiContext api)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/users", ListAsync).WithSummary("The people who sign in by password.").Lists<UserView>();
        routes.MapPost("/users", AddAsync).WithSummary("Adds a user.").Takes<NewUserBody>().Produces<UserView>(201);
        routes.MapPatch("/users/{name}", ChangeAsync)
            .WithSummary("Gives a user another password, e-mail address or role.")
            .Takes<UserChange>()
            .Produces<UserView>();
        routes.MapDelete("/users/{name}", RemoveAsync).WithSummary("Removes a user, who is signed out everywhere.").Produces(204);
    }

    private async Task<ItemList<UserView>> ListAsync(HttpContext http, CancellationToken cancellationToken)
    {
        ApiContext.NeedsAdministrator(http);
        var users = await api.Fleet.Users.ListAsync(cancellationToken);
        return Page.Read(http).Of(users, user => user.Name.ToLowerInvariant()).Select(UserView.Of);
    }

    private async Task<IResult> AddAsync(HttpContext http, CancellationToken cancellationToken)
    {
        ApiContext.NeedsAdministrator(http);
        var body = await JsonBody<NewUserBody>.ReadAsync(http, cancellationToken);
        var (asked, problems) = (body.Value, body.Problems);
        if (asked.Name is { } name)
            problems.Try("name", () => NameRules.CheckUserName(name));
        if (asked.Email is { } email)
            problems.Try("email", () => NameRules.CheckEmail(email));
        if (asked.Password is { } password)
            problems.Try("password", () => PasswordRules.Check(password, asked.Name ?? "", asked.Email));
        problems.ThrowIfAny();
        var user = await api.Fleet.Users.AddAsync(
            new NewUser { Name = asked.Name ?? "", Email = asked.Email, Role = asked.Role ?? AccessScope.Read },
            asked.Password ?? "",
            ApiContext.CallerOf(http).Actor,
            cancellationToken);
        return Results.Json(UserView.Of(user), ApiJson.Options, statusCode: 201);
    }

    private async Task<UserView> ChangeAsync(HttpContext http, string name, CancellationToken cancellationToken)
    {
        ApiContext.NeedsAdministrator(http);
        var user = await FindAsync(name, cancellationToken);
        var body = await JsonBody<UserChange>.ReadAsync(http, cancellationToken);
        var (asked, problems) = (body.Value, body.Problems);
        var next = body.Members.ContainsKey("email") ? asked.Email : user.Email;
        if (asked.Email is { } email)
            problems.Try("email", () => NameRules.CheckEmail(email));
        if (asked.Password is { } password)
            problems.Try("password", () => PasswordRules.Check(password, user.Name, next));
        problems.ThrowIfAny();
        var actor = ApiContext.CallerOf(http).Actor;
        if (next != user.Email || (asked.Role ?? user.Role) != user.Role)
            user = await api.Fleet.Users.ChangeAsync(user with { Email = next, Role = asked.Role ?? user.Role }, actor, cancellationToken);
        if (asked.Password is { } given)
            user = await api.Fleet.Users.SetPasswordAsync(user.Name, given, actor, cancellationToken);
        return UserView.Of(user);
    }

    private async Task<IResult> RemoveAsync(HttpContext http, string name, CancellationToken cancellationToken)
    {
        ApiContext.NeedsAdministrator(http);
        var user = await FindAsync(name, cancellationToken);
        await api.Fleet.Users.RemoveAsync(user.Name, ApiContext.CallerOf(http).Actor, cancellationToken);
        return Results.NoContent();
    }

    private async Task<LocalUser> FindAsync(string name, CancellationToken cancellationToken) =>
        (await api.Fleet.Users.ListAsync(cancellationToken))
            .FirstOrDefault(user => user.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw ApiException.NotFound("user");
}
