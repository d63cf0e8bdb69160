using System.Diagnostics;
using System.Net;
using Shouldly;
using Tandem.Server.Access;
using Tandem.Sync.Catalog;
using Tandem.Sync.Catalog.Access;
using Xunit;

namespace Tandem.Tests.Integration.Server;

/// <summary>Local users and their sign-in: one answer in one time for whatever is wrong, bounded attempts, sessions that end.</summary>
public sealed class LocalSignInTests
{
    private const string Password = "a good long password";

    private static readonly IPAddress Here = IPAddress.Parse("192.0.2.7");

    [Fact]
    public async Task A_user_signs_in_by_name_or_email_and_out_again()
    {
        await using var world = await CatalogWorld.CreateAsync();
        using var users = await WithAdaAsync(world);
        using var signIn = NewSignIn(world);

        var outcome = await SignInAsync(signIn, "ADA", Password);
        outcome.Sentence.ShouldBe("Signed in as Ada.");
        outcome.ExpiresAt.ShouldBe(world.Time.GetUtcNow().AddHours(12));
        var session = outcome.Session.ShouldNotBeNull();
        $"{outcome} {await world.DumpAsync()}".ShouldNotContain(session[10..40]);
        (await SignInAsync(signIn, "ada@EXAMPLE.com", Password)).User?.Name.ShouldBe("Ada");

        var caller = await signIn.FindAsync(session, "192.0.2.7", CatalogWorld.Token);
        caller?.Actor.ShouldBe(
            new Actor { Kind = ActorKind.User, Id = outcome.User?.Id, Name = "Ada", Address = "192.0.2.7" });
        caller?.MayChange.ShouldBeTrue();
        (await signIn.FindAsync(session[..^1], null, CatalogWorld.Token)).ShouldBeNull();
        (await signIn.FindAsync(OpaqueToken.Make(), null, CatalogWorld.Token)).ShouldBeNull();
        (await new ApiTokens(world.DataSource, world.Time).FindAsync(session, null, CatalogWorld.Token)).ShouldBeNull();

        await signIn.SignOutAsync(session, CatalogWorld.Token);
        (await signIn.FindAsync(session, null, CatalogWorld.Token)).ShouldBeNull();
    }

    [Theory]
    [InlineData("ada", "a good long passworD")]
    [InlineData("ada", "")]
    [InlineData("nobody", Password)]
    [InlineData("", Password)]
    [InlineData("a\0da", Password)]
    [InlineData(CatalogWorld.SqlName, CatalogWorld.SqlName)]
    [InlineData("' or true --", "' or true --")]
    [InlineData("%", Password)]
    public async Task Whatever_is_wrong_gets_one_answer(string name, string password)
    {
        await using var world = await CatalogWorld.CreateAsync();
        using var users = await WithAdaAsync(world);
        using var signIn = NewSignIn(world);
        var outcome = await SignInAsync(signIn, name, password);
        outcome.ShouldBe(new SignInOutcome());
        outcome.Sentence.ShouldBe("The name or the password is wrong.");
        (await SignInAsync(signIn, new string('x', 100_000), new string('x', 100_000))).ShouldBe(new SignInOutcome());
    }

    [Fact]
    public async Task An_unknown_name_takes_the_time_of_a_wrong_password()
    {
        await using var world = await CatalogWorld.CreateAsync();
        using var users = await WithAdaAsync(world);
        using var signIn = NewSignIn(world, new AccessOptions { AccountBurst = 100, AddressBurst = 100 });
        await SignInAsync(signIn, "warm", "up");

        var known = await FastestAsync("ada");
        var unknown = await FastestAsync("nobody");
        // Hashing is nearly all of it; without it an unknown name is answered a hundred times faster.
        unknown.ShouldBeGreaterThan(known / 3);
        known.ShouldBeGreaterThan(unknown / 3);

        async Task<TimeSpan> FastestAsync(string name)
        {
            var fastest = TimeSpan.MaxValue;
            for (var attempt = 0; attempt < 5; attempt++)
            {
                var started = Stopwatch.GetTimestamp();
                await SignInAsync(signIn, name, "a wrong password");
                var took = Stopwatch.GetElapsedTime(started);
                fastest = took < fastest ? took : fastest;
            }

            return fastest;
        }
    }

    [Fact]
    public async Task Attempts_on_one_account_are_bounded_from_wherever_they_come()
    {
        await using var world = await CatalogWorld.CreateAsync();
        using var users = await WithAdaAsync(world);
        using var signIn = NewSignIn(world, new AccessOptions { AccountBurst = 3 });
        for (var attempt = 0; attempt < 3; attempt++)
        {
            var address = IPAddress.Parse($"192.0.2.{attempt}");
            (await signIn.SignInAsync(attempt == 1 ? "ada@example.com" : "ada", "wrong", address, CatalogWorld.Token))
                .RetryAfter.ShouldBe(TimeSpan.Zero);
            await signIn.SignInAsync("nobody", "wrong", address, CatalogWorld.Token);
        }

        var refused = await SignInAsync(signIn, "ada", Password);
        refused.User.ShouldBeNull();
        refused.Sentence.ShouldBe("Too many attempts: try again in 60 seconds.");
        (await SignInAsync(signIn, "nobody", Password)).RetryAfter.ShouldBe(refused.RetryAfter);

        world.Time.Advance(TimeSpan.FromMinutes(1));
        (await SignInAsync(signIn, "ada", Password)).User.ShouldNotBeNull();
        (await SignInAsync(signIn, "ada", "wrong")).RetryAfter.ShouldBe(TimeSpan.Zero);
    }

    [Theory]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1")]
    [InlineData("192.0.2.7", "::ffff:192.0.2.7", "192.0.2.8")]
    public async Task Attempts_from_one_network_are_bounded_whomever_they_name(string first, string same, string other)
    {
        await using var world = await CatalogWorld.CreateAsync();
        using var signIn = NewSignIn(world, new AccessOptions { AddressBurst = 2 });
        await signIn.SignInAsync("one", "wrong", IPAddress.Parse(first), CatalogWorld.Token);
        await signIn.SignInAsync("two", "wrong", IPAddress.Parse(same), CatalogWorld.Token);
        (await signIn.SignInAsync("three", "wrong", IPAddress.Parse(same), CatalogWorld.Token)).RetryAfter
            .ShouldBe(TimeSpan.FromSeconds(10));
        (await signIn.SignInAsync("three", "wrong", IPAddress.Parse(other), CatalogWorld.Token)).RetryAfter.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public async Task Sessions_end_by_time_and_are_swept()
    {
        await using var world = await CatalogWorld.CreateAsync();
        using var users = await WithAdaAsync(world);
        var options = new AccessOptions { SessionLifetime = TimeSpan.FromHours(1) };
        using var signIn = NewSignIn(world, options);
        var session = (await SignInAsync(signIn, "ada", Password)).Session ?? "";
        var upkeep = new AccessUpkeep(world.DataSource, options, world.Time);

        world.Time.Advance(TimeSpan.FromMinutes(59));
        await upkeep.RunAsync(CatalogWorld.Token);
        (await signIn.FindAsync(session, null, CatalogWorld.Token)).ShouldNotBeNull();
        world.Time.Advance(TimeSpan.FromMinutes(1));
        (await signIn.FindAsync(session, null, CatalogWorld.Token)).ShouldBeNull();
        await upkeep.RunAsync(CatalogWorld.Token);
        (await world.ReadAsync<long>("select count(*) from tandem.user_session")).ShouldBe(0);
    }

    [Fact]
    public async Task Another_password_and_a_removal_sign_out_everywhere()
    {
        await using var world = await CatalogWorld.CreateAsync();
        using var users = await WithAdaAsync(world);
        using var signIn = NewSignIn(world);
        var first = (await SignInAsync(signIn, "ada", Password)).Session ?? "";
        await users.SetPasswordAsync("ADA", "another good password", CatalogWorld.Person, CatalogWorld.Token);
        (await signIn.FindAsync(first, null, CatalogWorld.Token)).ShouldBeNull();
        (await SignInAsync(signIn, "ada", Password)).User.ShouldBeNull();

        var second = (await SignInAsync(signIn, "ada", "another good password")).Session ?? "";
        (await users.ListAsync(CatalogWorld.Token)).ShouldHaveSingleItem().SignedInAt.ShouldBe(world.Time.GetUtcNow());
        await users.RemoveAsync("ada", CatalogWorld.Person, CatalogWorld.Token);
        (await signIn.FindAsync(second, null, CatalogWorld.Token)).ShouldBeNull();
        (await SignInAsync(signIn, "ada", "another good password")).ShouldBe(new SignInOutcome());
    }

    [Fact]
    public async Task An_older_hash_is_made_anew_as_its_user_signs_in()
    {
        await using var world = await CatalogWorld.CreateAsync();
        using var users = await WithAdaAsync(world);
        using var older = new PasswordHashing(iterations: 1_000);
        var weak = await older.HashAsync(Password, CatalogWorld.Token);
        await world.RunAsync($"update tandem.local_user set password_hash = '{weak}'");
        using var signIn = NewSignIn(world);

        (await SignInAsync(signIn, "ada", "a wrong password")).User.ShouldBeNull();
        (await HashAsync()).ShouldBe(weak);
        (await SignInAsync(signIn, "ada", Password)).User.ShouldNotBeNull();
        var strong = await HashAsync();
        strong.ShouldNotBe(weak);
        (await SignInAsync(signIn, "ada", Password)).User.ShouldNotBeNull();
        (await HashAsync()).ShouldBe(strong);

        Task<string> HashAsync() => world.ReadAsync<string>("select password_hash from tandem.local_user");
    }

    [Fact]
    public async Task Users_that_cannot_be_are_refused()
    {
        await using var world = await CatalogWorld.CreateAsync();
        using var users = await WithAdaAsync(world);
        await RefuseAsync(new NewUser { Name = "ADA" }, Password, "There is a user named ADA already.");
        await RefuseAsync(new NewUser { Name = "eve", Email = "Ada@Example.com" }, Password, "Another user has this e-mail address.");
        await RefuseAsync(new NewUser { Name = "eve", Email = "none" }, Password, "The e-mail address: ");
        await RefuseAsync(new NewUser { Name = "eve" }, "short", "The password: expected 12 to 256 characters, found 5.");
        foreach (var name in new[] { "", "a b", "ada@example.com", "a\0", "адa", CatalogWorld.SqlName, new string('x', 65) })
            await RefuseAsync(new NewUser { Name = name }, Password, "The name of the user: ");
        await RefusedAsync(() => users.RemoveAsync("eve", CatalogWorld.Person, CatalogWorld.Token), "There is no user eve.");
        await RefusedAsync(
            () => users.SetPasswordAsync("eve", Password, CatalogWorld.Person, CatalogWorld.Token), "There is no user eve.");
        (await users.ListAsync(CatalogWorld.Token)).ShouldHaveSingleItem();

        Task RefuseAsync(NewUser user, string password, string sentence) =>
            RefusedAsync(() => users.AddAsync(user, password, CatalogWorld.Person, CatalogWorld.Token), sentence);
    }

    private static async Task RefusedAsync(Func<Task> work, string sentence) =>
        (await Should.ThrowAsync<ConfigurationException>(work)).Message.ShouldContain(sentence);

    private static async Task<LocalUsers> WithAdaAsync(CatalogWorld world)
    {
        var users = new LocalUsers(world.DataSource, world.Time);
        await users.AddAsync(
            new NewUser { Name = "Ada", Email = "ada@example.com", Role = AccessScope.Admin },
            Password,
            CatalogWorld.Person,
            CatalogWorld.Token);
        return users;
    }

    private static LocalSignIn NewSignIn(CatalogWorld world, AccessOptions? options = null) =>
        new(world.DataSource, options ?? new AccessOptions(), world.Time);

    private static Task<SignInOutcome> SignInAsync(LocalSignIn signIn, string name, string password) =>
        signIn.SignInAsync(name, password, Here, CatalogWorld.Token);
}
