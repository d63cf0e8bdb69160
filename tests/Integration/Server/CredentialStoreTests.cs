using Shouldly;
using Tandem.Salesforce.Auth;
using Tandem.Server.Secrets;
using Tandem.Sync.Catalog;
using Tandem.Sync.Catalog.Access;
using Tandem.Sync.Catalog.Files;
using Xunit;

namespace Tandem.Tests.Integration.Server;

/// <summary>Credentials of connections: kept encrypted, bound to their connection and their kind, told in no exception.</summary>
public sealed class CredentialStoreTests : IDisposable
{
    private const string Url = "postgres://app:s3cr-url@db.example.com/app";

    private static readonly OAuthGrant Grant = OAuthGrant.RefreshToken("client", "s3cr-1", "s3cr-2");

    private readonly LogRecorder _log = new();

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task Both_credentials_come_back_and_stand_nowhere_in_the_clear()
    {
        await using var world = await CatalogWorld.CreateAsync();
        using var vault = await OpenAsync(world);
        var store = new CredentialStore(world.DataSource, vault);
        var id = await world.AddConnectionAsync("one");
        (await store.FindSignInAsync(id, CatalogWorld.Token)).ShouldBeNull();
        (await store.FindDatabaseUrlAsync(id, CatalogWorld.Token)).ShouldBeNull();

        await SaveAsync(world, store, id, Grant);
        (await store.FindSignInAsync(id, CatalogWorld.Token)).ShouldBe(Grant);
        (await store.FindDatabaseUrlAsync(id, CatalogWorld.Token)).ShouldBe(Url);
        ((await world.DumpAsync()) + _log.Text).ShouldNotContain("s3cr");
        var connection = (await new CatalogDatabase(world.DataSource).FindConnectionAsync("one", CatalogWorld.Token)).ShouldNotBeNull();
        MappingFileWriter.ToText(MappingFileWriter.Write(connection, [], world.Time.GetUtcNow())).ShouldNotContain("s3cr");

        var other = OAuthGrant.JwtBearer("client", "ada@example.com", "s3cr-3", "https://login.salesforce.com");
        await SaveAsync(world, store, id, other);
        (await store.FindSignInAsync(id, CatalogWorld.Token)).ShouldBe(other);
        await RemoveAsync(world, id);
        (await store.FindSignInAsync(id, CatalogWorld.Token)).ShouldBeNull();
    }

    [Fact]
    public async Task A_row_that_was_copied_to_another_connection_or_kind_or_changed_is_refused()
    {
        await using var world = await CatalogWorld.CreateAsync();
        using var vault = await OpenAsync(world);
        var store = new CredentialStore(world.DataSource, vault);
        var mine = await world.AddConnectionAsync("mine");
        var foreign = await world.AddConnectionAsync("foreign");
        await SaveAsync(world, store, mine, Grant);

        await world.RunAsync($"insert into tandem.credential select '{foreign}', kind, content from tandem.credential");
        await RefusedAsync(() => store.FindSignInAsync(foreign, CatalogWorld.Token), $"The stored sign-in of the connection {foreign}");
        await RefusedAsync(
            () => store.FindDatabaseUrlAsync(foreign, CatalogWorld.Token), $"The stored database address of the connection {foreign}");

        await world.RunAsync(
            "update tandem.credential c set content = (select content from tandem.credential o where o.kind = 'database' "
            + $"and o.connection_id = c.connection_id) where kind = 'sign_in' and connection_id = '{mine}'");
        await RefusedAsync(() => store.FindSignInAsync(mine, CatalogWorld.Token), $"The stored sign-in of the connection {mine}");

        await SaveAsync(world, store, mine, Grant);
        await world.RunAsync("update tandem.credential set content = set_byte(content, 60, get_byte(content, 60) # 1)");
        await RefusedAsync(() => store.FindSignInAsync(mine, CatalogWorld.Token), "Authorize the connection again.");
        await world.RunAsync("update tandem.credential set content = substring(content from 1 for 30)");
        await RefusedAsync(() => store.FindSignInAsync(mine, CatalogWorld.Token), "Authorize the connection again.");
        await world.RunAsync("update tandem.credential set content = ''");
        await RefusedAsync(() => store.FindSignInAsync(mine, CatalogWorld.Token), "Authorize the connection again.");
    }

    [Fact]
    public async Task A_rotated_refresh_token_takes_the_place_of_the_one_before()
    {
        await using var world = await CatalogWorld.CreateAsync();
        using var vault = await OpenAsync(world);
        var store = new CredentialStore(world.DataSource, vault);
        var id = await world.AddConnectionAsync("one");
        await store.ReplaceRefreshTokenAsync(id, "s3cr-new", CatalogWorld.Token);
        (await store.FindSignInAsync(id, CatalogWorld.Token)).ShouldBeNull();

        await SaveAsync(world, store, id, Grant);
        await store.ReplaceRefreshTokenAsync(id, "s3cr-new", CatalogWorld.Token);
        (await store.FindSignInAsync(id, CatalogWorld.Token)).ShouldBe(OAuthGrant.RefreshToken("client", "s3cr-1", "s3cr-new"));

        var other = OAuthGrant.ClientCredentials("client", "s3cr-4");
        await SaveAsync(world, store, id, other);
        await store.ReplaceRefreshTokenAsync(id, "s3cr-late", CatalogWorld.Token);
        (await store.FindSignInAsync(id, CatalogWorld.Token)).ShouldBe(other);
    }

    [Fact]
    public async Task Without_a_master_key_a_credential_is_refused_with_the_change_it_belongs_to()
    {
        await using var world = await CatalogWorld.CreateAsync();
        using var vault = await SecretVault.OpenAsync(world.DataSource, MasterKeys.None, _log, CatalogWorld.Token);
        var store = new CredentialStore(world.DataSource, vault);
        store.CanStore.ShouldBeFalse();
        var id = await world.AddConnectionAsync("one");
        await RefusedAsync(() => SaveAsync(world, store, id, Grant), "There is no master key, so no secret can be stored");
        (await world.ReadAsync<long>("select count(*) from tandem.credential")).ShouldBe(0);
    }

    [Fact]
    public async Task A_credential_of_no_connection_or_a_url_that_is_none_is_refused()
    {
        await using var world = await CatalogWorld.CreateAsync();
        using var vault = await OpenAsync(world);
        var store = new CredentialStore(world.DataSource, vault);
        var stranger = Guid.NewGuid();
        await RefusedAsync(() => SaveAsync(world, store, stranger, Grant), $"There is no connection {stranger}");
        await using var session = await world.DataSource.OpenConnectionAsync(CatalogWorld.Token);
        await RefusedAsync(
            () => store.SaveDatabaseUrlAsync(session, stranger, "mysql://app:s3cr@db/app", CatalogWorld.Token),
            "must begin with postgres://");
    }

    [Fact]
    public async Task Credentials_go_with_their_connection()
    {
        await using var world = await CatalogWorld.CreateAsync();
        using var vault = await OpenAsync(world);
        var id = await world.AddConnectionAsync("one");
        await SaveAsync(world, new CredentialStore(world.DataSource, vault), id, Grant);
        await world.RunAsync("delete from tandem.connection");
        (await world.ReadAsync<long>("select count(*) from tandem.credential")).ShouldBe(0);
    }

    private static async Task RefusedAsync(Func<Task> work, string sentence)
    {
        var exception = await Should.ThrowAsync<ConfigurationException>(work);
        exception.Message.ShouldContain(sentence);
        exception.ToString().ShouldNotContain("s3cr");
    }

    private static Task<bool> SaveAsync(CatalogWorld world, CredentialStore store, Guid id, OAuthGrant grant) =>
        CatalogTransaction.RunAsync(
            world.DataSource,
            async session =>
            {
                await store.SaveSignInAsync(session, id, grant, CatalogWorld.Token);
                await store.SaveDatabaseUrlAsync(session, id, Url, CatalogWorld.Token);
                return true;
            },
            CatalogWorld.Token);

    private static async Task RemoveAsync(CatalogWorld world, Guid id)
    {
        await using var session = await world.DataSource.OpenConnectionAsync(CatalogWorld.Token);
        await CredentialStore.RemoveAsync(session, id, CredentialKind.SignIn, CatalogWorld.Token);
    }

    private Task<SecretVault> OpenAsync(CatalogWorld world) => SecretVault.OpenAsync(
        world.DataSource, new MasterKeys { Current = CatalogWorld.NewKey() }, _log, CatalogWorld.Token);
}
