using Shouldly;
using Tandem.Server.Access;
using Tandem.Sync.Catalog;
using Tandem.Sync.Catalog.Access;
using Xunit;

namespace Tandem.Tests.Integration.Server;

/// <summary>API tokens: made once, found by their hash, limited, expiring, revoked at once, noted.</summary>
public sealed class ApiTokenTests
{
    [Fact]
    public async Task A_token_is_found_by_its_text_and_by_nothing_else()
    {
        await using var world = await CatalogWorld.CreateAsync();
        var tokens = new ApiTokens(world.DataSource, world.Time);
        var issued = await tokens.CreateAsync(
            new NewToken { Name = "ci", Scope = AccessScope.Admin }, CatalogWorld.Person, CatalogWorld.Token);

        var caller = await FindAsync(tokens, issued.Secret);
        caller.ShouldNotBeNull();
        caller.Scope.ShouldBe(AccessScope.Admin);
        caller.Actor.ShouldBe(new Actor { Kind = ActorKind.Token, Id = issued.Token.Id, Name = "ci", Address = "192.0.2.7" });
        for (var length = 0; length < issued.Secret.Length; length++)
            (await FindAsync(tokens, issued.Secret[..length])).ShouldBeNull();
        (await FindAsync(tokens, issued.Secret + "x")).ShouldBeNull();
        (await FindAsync(tokens, OpaqueToken.Make())).ShouldBeNull();
        (await FindAsync(tokens, CatalogWorld.SqlName)).ShouldBeNull();
        (await FindAsync(tokens, new string('a', 100_000))).ShouldBeNull();
        (await FindAsync(tokens, Convert.ToHexString(OpaqueToken.Hash(issued.Secret)))).ShouldBeNull();
    }

    [Fact]
    public async Task A_token_stands_nowhere_but_in_the_answer_to_whoever_made_it()
    {
        await using var world = await CatalogWorld.CreateAsync();
        var tokens = new ApiTokens(world.DataSource, world.Time);
        var issued = await tokens.CreateAsync(new NewToken { Name = "ci" }, CatalogWorld.Person, CatalogWorld.Token);

        var body = issued.Secret["tandem_".Length..];
        $"{issued} {await world.DumpAsync()}".ShouldNotContain(body[..20]);
        issued.Secret.ShouldStartWith("tandem_");
    }

    [Fact]
    public async Task A_revoked_token_is_refused_at_once_and_its_name_is_free()
    {
        await using var world = await CatalogWorld.CreateAsync();
        var tokens = new ApiTokens(world.DataSource, world.Time);
        var other = new ApiTokens(world.DataSource, world.Time);
        var issued = await tokens.CreateAsync(new NewToken { Name = "ci" }, CatalogWorld.Person, CatalogWorld.Token);
        (await FindAsync(other, issued.Secret)).ShouldNotBeNull();
        await RefusedAsync(
            () => tokens.CreateAsync(new NewToken { Name = "ci" }, CatalogWorld.Person, CatalogWorld.Token),
            "There is a token named ci already");

        (await tokens.RevokeAsync("ci", CatalogWorld.Person, CatalogWorld.Token)).Id.ShouldBe(issued.Token.Id);
        (await FindAsync(other, issued.Secret)).ShouldBeNull();
        (await tokens.ListAsync(CatalogWorld.Token)).ShouldBeEmpty();
        await RefusedAsync(() => tokens.RevokeAsync("ci", CatalogWorld.Person, CatalogWorld.Token), "There is no token ci.");

        var again = await tokens.CreateAsync(new NewToken { Name = "ci" }, CatalogWorld.Person, CatalogWorld.Token);
        await tokens.RevokeAsync($"{again.Token.Id}", CatalogWorld.Person, CatalogWorld.Token);
        (await FindAsync(other, again.Secret)).ShouldBeNull();
    }

    [Fact]
    public async Task A_token_expires_at_its_time()
    {
        await using var world = await CatalogWorld.CreateAsync();
        var tokens = new ApiTokens(world.DataSource, world.Time);
        var end = world.Time.GetUtcNow().AddDays(1).ToOffset(TimeSpan.FromHours(5));
        var issued = await tokens.CreateAsync(
            new NewToken { Name = "ci", ExpiresAt = end }, CatalogWorld.Person, CatalogWorld.Token);

        world.Time.Advance(TimeSpan.FromDays(1) - TimeSpan.FromSeconds(1));
        (await FindAsync(tokens, issued.Secret)).ShouldNotBeNull();
        world.Time.Advance(TimeSpan.FromSeconds(1));
        (await FindAsync(tokens, issued.Secret)).ShouldBeNull();
        await RefusedAsync(
            () => tokens.CreateAsync(
                new NewToken { Name = "late", ExpiresAt = world.Time.GetUtcNow() }, CatalogWorld.Person, CatalogWorld.Token),
            "must expire in the future");
    }

    [Fact]
    public async Task The_last_use_is_noted_to_the_minute()
    {
        await using var world = await CatalogWorld.CreateAsync();
        var tokens = new ApiTokens(world.DataSource, world.Time);
        var issued = await tokens.CreateAsync(new NewToken { Name = "ci" }, CatalogWorld.Person, CatalogWorld.Token);
        (await LastUseAsync()).ShouldBeNull();

        var first = world.Time.GetUtcNow();
        await FindAsync(tokens, issued.Secret);
        (await LastUseAsync()).ShouldBe(first);
        world.Time.Advance(TimeSpan.FromSeconds(59));
        await FindAsync(tokens, issued.Secret);
        (await LastUseAsync()).ShouldBe(first);
        world.Time.Advance(TimeSpan.FromSeconds(1));
        await FindAsync(tokens, issued.Secret);
        (await LastUseAsync()).ShouldBe(first.AddMinutes(1));

        async Task<DateTimeOffset?> LastUseAsync() => (await tokens.ListAsync(CatalogWorld.Token))[0].LastUsedAt;
    }

    [Fact]
    public async Task Limits_come_with_the_caller_and_go_with_the_connection()
    {
        await using var world = await CatalogWorld.CreateAsync();
        var tokens = new ApiTokens(world.DataSource, world.Time);
        var id = await world.AddConnectionAsync("one");
        (await tokens.FindConnectionIdAsync("one", CatalogWorld.Token)).ShouldBe(id);
        (await tokens.FindConnectionIdAsync($"{id}", CatalogWorld.Token)).ShouldBe(id);
        await RefusedAsync(() => tokens.FindConnectionIdAsync("two", CatalogWorld.Token), "There is no connection two.");

        var one = await CreateAsync(new NewToken { Name = "one", ConnectionId = id });
        var app = await CreateAsync(new NewToken { Name = "app", AppName = "shop" });
        (await FindAsync(tokens, one.Secret))?.ConnectionId.ShouldBe(id);
        (await FindAsync(tokens, app.Secret))?.AppName.ShouldBe("shop");
        await RefusedAsync(() => CreateAsync(new NewToken { Name = "x", ConnectionId = id, AppName = "shop" }), "give one of them");
        await RefusedAsync(() => CreateAsync(new NewToken { Name = "x", ConnectionId = Guid.NewGuid() }), "There is no connection");

        await world.RunAsync("delete from tandem.connection");
        (await FindAsync(tokens, one.Secret)).ShouldBeNull();
        (await FindAsync(tokens, app.Secret)).ShouldNotBeNull();

        Task<IssuedToken> CreateAsync(NewToken asked) => tokens.CreateAsync(asked, CatalogWorld.Person, CatalogWorld.Token);
    }

    [Fact]
    public async Task A_first_start_makes_one_admin_token_and_no_second()
    {
        await using var world = await CatalogWorld.CreateAsync();
        var tokens = new ApiTokens(world.DataSource, world.Time);
        var made = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => tokens.CreateFirstAsync(CatalogWorld.Token)));

        var issued = made.OfType<IssuedToken>().ShouldHaveSingleItem();
        (await FindAsync(tokens, issued.Secret))?.MayChange.ShouldBe(true);
        (await new AuditTable(world.DataSource).ListAsync(null, null, 10, CatalogWorld.Token))
            .ShouldHaveSingleItem().Entry.Actor.ShouldBe(Actor.Start);
        await tokens.RevokeAsync(ApiTokens.FirstName, CatalogWorld.Person, CatalogWorld.Token);
        (await tokens.CreateFirstAsync(CatalogWorld.Token)).ShouldBeNull();
    }

    [Fact]
    public async Task Where_there_is_a_user_no_first_token_is_made()
    {
        await using var world = await CatalogWorld.CreateAsync();
        using var users = new LocalUsers(world.DataSource, world.Time);
        await users.AddAsync(new NewUser { Name = "ada" }, "a good long password", CatalogWorld.Person, CatalogWorld.Token);
        (await new ApiTokens(world.DataSource, world.Time).CreateFirstAsync(CatalogWorld.Token)).ShouldBeNull();
    }

    [Fact]
    public async Task Names_are_only_names()
    {
        await using var world = await CatalogWorld.CreateAsync();
        var tokens = new ApiTokens(world.DataSource, world.Time);
        var issued = await tokens.CreateAsync(
            new NewToken { Name = CatalogWorld.SqlName, AppName = CatalogWorld.SqlName }, CatalogWorld.Person, CatalogWorld.Token);
        (await FindAsync(tokens, issued.Secret))?.AppName.ShouldBe(CatalogWorld.SqlName);
        await RefusedAsync(() => tokens.FindConnectionIdAsync(CatalogWorld.SqlName, CatalogWorld.Token), "There is no connection");
        (await tokens.RevokeAsync(CatalogWorld.SqlName, CatalogWorld.Person, CatalogWorld.Token)).Id.ShouldBe(issued.Token.Id);
        foreach (var name in new[] { "", " ci", "a\nb", "a\0b", "a\u202eb", "a\ud800b", new string('x', 101) })
        {
            await RefusedAsync(
                () => tokens.CreateAsync(new NewToken { Name = name }, CatalogWorld.Person, CatalogWorld.Token), "The name of the token: ");
            await RefusedAsync(() => tokens.RevokeAsync(name, CatalogWorld.Person, CatalogWorld.Token), "The name of the token: ");
        }
    }

    private static Task<Caller?> FindAsync(ApiTokens tokens, string presented) =>
        tokens.FindAsync(presented, "192.0.2.7", CatalogWorld.Token);

    private static async Task RefusedAsync(Func<Task> work, string sentence) =>
        (await Should.ThrowAsync<ConfigurationException>(work)).Message.ShouldContain(sentence);
}
