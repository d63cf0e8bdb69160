using System.Security.Cryptography;
using Shouldly;
using Tandem.Server.Secrets;
using Tandem.Sync.Catalog;
using Xunit;

namespace Tandem.Tests.Integration.Server;

/// <summary>
/// The vault: one master key for a catalogue, a wrong or missing one refused, keys that are sealed and cannot be swapped.
/// </summary>
public sealed class SecretVaultTests : IDisposable
{
    private const string Purpose = "test";

    private readonly LogRecorder _log = new();

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task What_one_start_protects_the_next_one_reads()
    {
        await using var world = await CatalogWorld.CreateAsync();
        var key = CatalogWorld.NewKey();
        byte[] content;
        using (var vault = await OpenAsync(world, key))
            content = vault.Protect("s3cr", Purpose);

        using var next = await OpenAsync(world, key);
        next.Unprotect(content, Purpose).ShouldBe("s3cr");
        Should.Throw<CryptographicException>(() => next.Unprotect(content, "another"));
        Should.Throw<CryptographicException>(() => next.Unprotect(content, Purpose, "more"));
        (await world.ReadAsync<long>("select count(*) from tandem.key_ring")).ShouldBe(1);
    }

    [Fact]
    public async Task Starts_at_the_same_time_use_the_same_key()
    {
        await using var world = await CatalogWorld.CreateAsync();
        var key = CatalogWorld.NewKey();
        var vaults = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => OpenAsync(world, key)));

        (await world.ReadAsync<long>("select count(*) from tandem.key_ring")).ShouldBe(1);
        vaults[3].Unprotect(vaults[0].Protect("s3cr", Purpose), Purpose).ShouldBe("s3cr");
        Array.ForEach(vaults, vault => vault.Dispose());
    }

    [Fact]
    public async Task A_wrong_master_key_is_refused_and_changes_nothing()
    {
        await using var world = await CatalogWorld.CreateAsync();
        (await OpenAsync(world, CatalogWorld.NewKey())).Dispose();
        var before = await world.DumpAsync();

        var exception = await Should.ThrowAsync<ConfigurationException>(() => OpenAsync(world, CatalogWorld.NewKey()));
        exception.Message.ShouldStartWith("This is not the master key that the secrets of this database are encrypted by.");
        exception = await Should.ThrowAsync<ConfigurationException>(
            () => OpenAsync(world, CatalogWorld.NewKey(), CatalogWorld.NewKey()));
        exception.Message.ShouldStartWith("This is not the master key");
        (await world.DumpAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task Without_a_master_key_nothing_is_made_until_there_is_one()
    {
        await using var world = await CatalogWorld.CreateAsync();
        using (var closed = await OpenAsync(world, key: null))
        {
            closed.IsOpen.ShouldBeFalse();
            var sentence = Should.Throw<ConfigurationException>(() => closed.Protect("s3cr", Purpose)).Message;
            sentence.ShouldStartWith("There is no master key, so no secret can be stored: start with TANDEM_KEY_FILE or TANDEM_KEY");
            sentence.ShouldNotContain("s3cr");
        }

        (await world.ReadAsync<long>("select count(*) from tandem.master_key")).ShouldBe(0);
        (await OpenAsync(world, CatalogWorld.NewKey())).Dispose();
        (await Should.ThrowAsync<ConfigurationException>(() => OpenAsync(world, key: null))).Message.ShouldStartWith(
            "The secrets of this database are encrypted by a master key, and none is given");
    }

    [Fact]
    public async Task A_new_master_key_reads_what_was_stored_under_the_old_one_which_no_longer_counts()
    {
        await using var world = await CatalogWorld.CreateAsync();
        var (old, young) = (CatalogWorld.NewKey(), CatalogWorld.NewKey());
        using var running = await OpenAsync(world, old);
        var content = running.Protect("s3cr", Purpose);

        using (var vault = await OpenAsync(world, young, old))
            vault.Unprotect(content, Purpose).ShouldBe("s3cr");
        using (var again = await OpenAsync(world, young, old))
            again.Unprotect(content, Purpose).ShouldBe("s3cr");
        using (var alone = await OpenAsync(world, young))
            alone.Unprotect(content, Purpose).ShouldBe("s3cr");
        await Should.ThrowAsync<ConfigurationException>(() => OpenAsync(world, old));
        running.Unprotect(content, Purpose).ShouldBe("s3cr");

        await SecretVault.RewrapAsync(world.DataSource, young, old, CatalogWorld.Token);
        using var back = await OpenAsync(world, old);
        back.Unprotect(content, Purpose).ShouldBe("s3cr");
    }

    [Fact]
    public async Task A_program_that_still_runs_with_the_old_master_key_adds_no_key_that_the_new_one_cannot_read()
    {
        await using var world = await CatalogWorld.CreateAsync();
        var (old, young) = (CatalogWorld.NewKey(), CatalogWorld.NewKey());
        var repository = new RingRepository(new(world.DataSource), old);
        (await OpenAsync(world, old)).Dispose();
        await SecretVault.RewrapAsync(world.DataSource, old, young, CatalogWorld.Token);

        Should.Throw<ConfigurationException>(() => repository.StoreElement(new("key"), "late")).Message
            .ShouldStartWith("The master key was changed while this program ran");
        (await world.ReadAsync<long>("select count(*) from tandem.key_ring")).ShouldBe(1);
    }

    [Theory]
    [InlineData("regexp_replace(content, '(sealedByMasterKey[^>]*>.{40})....', '\\1AAAA')")]
    [InlineData("regexp_replace(content, '(sealedByMasterKey[^>]*>).*?<', '\\1<')")]
    [InlineData("'<key'")]
    [InlineData("'<other/>'")]
    [InlineData("replace(content, 'sealedByMasterKey', 'somethingElse')")]
    public async Task A_key_of_the_ring_that_was_tampered_with_is_refused_and_no_new_one_made(string damage)
    {
        await using var world = await CatalogWorld.CreateAsync();
        var key = CatalogWorld.NewKey();
        (await OpenAsync(world, key)).Dispose();
        await world.RunAsync($"update tandem.key_ring set content = {damage}");

        (await Should.ThrowAsync<ConfigurationException>(() => OpenAsync(world, key))).Message.ShouldStartWith(
            "The key ring in tandem.key_ring cannot be read: ");
        (await world.ReadAsync<long>("select count(*) from tandem.key_ring")).ShouldBe(1);
    }

    [Fact]
    public async Task A_changed_canary_is_taken_for_a_wrong_key()
    {
        await using var world = await CatalogWorld.CreateAsync();
        var key = CatalogWorld.NewKey();
        (await OpenAsync(world, key)).Dispose();
        await world.RunAsync("update tandem.master_key set canary = 'AAAA'");
        await Should.ThrowAsync<ConfigurationException>(() => OpenAsync(world, key));
    }

    [Fact]
    public async Task A_ring_that_lost_its_canary_is_taken_on_by_its_own_master_key_only()
    {
        await using var world = await CatalogWorld.CreateAsync();
        var key = CatalogWorld.NewKey();
        byte[] content;
        using (var vault = await OpenAsync(world, key))
            content = vault.Protect("s3cr", Purpose);
        await world.RunAsync("delete from tandem.master_key");

        await Should.ThrowAsync<ConfigurationException>(() => OpenAsync(world, CatalogWorld.NewKey()));
        (await world.ReadAsync<long>("select count(*) from tandem.master_key")).ShouldBe(0);
        using var again = await OpenAsync(world, key);
        again.Unprotect(content, Purpose).ShouldBe("s3cr");
    }

    [Fact]
    public async Task Neither_the_catalogue_nor_the_log_shows_a_key()
    {
        await using var world = await CatalogWorld.CreateAsync();
        var text = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        using var vault = await OpenAsync(world, MasterKey.Parse(text, "test"));
        vault.Protect("s3cr", Purpose);
        await Should.ThrowAsync<ConfigurationException>(() => OpenAsync(world, CatalogWorld.NewKey()));

        var all = _log.Text + await world.DumpAsync();
        all.ShouldContain("sealedByMasterKey");
        all.ShouldNotContain(text);
        all.ShouldNotContain("<masterKey");
        all.ShouldNotContain("s3cr");
    }

    private Task<SecretVault> OpenAsync(CatalogWorld world, MasterKey? key, MasterKey? previous = null) => SecretVault.OpenAsync(
        world.DataSource, new MasterKeys { Current = key, Previous = previous }, _log, CatalogWorld.Token);
}
