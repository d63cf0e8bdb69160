using System.Text.Json.Nodes;
using Shouldly;
using Tandem.Server.Access;
using Tandem.Sync.Catalog;
using Tandem.Sync.Catalog.Access;
using Xunit;

namespace Tandem.Tests.Integration.Server;

/// <summary>The audit trail: in the transaction of the change, newest first in pages, without secrets, kept as long as asked for.</summary>
public sealed class AuditTableTests
{
    [Fact]
    public async Task A_note_comes_back_as_it_was_and_goes_with_a_change_that_is_undone()
    {
        await using var world = await CatalogWorld.CreateAsync();
        var entry = new AuditEntry
        {
            Actor = new Actor { Kind = ActorKind.User, Id = Guid.NewGuid(), Name = "ada", Address = "2001:db8::1" },
            Action = "mapping.change",
            Subject = "Contact",
            ConnectionId = Guid.NewGuid(),
            Before = JsonNode.Parse("""{"fields":["Id"]}"""),
            After = JsonNode.Parse("""{"fields":["Id","Name"]}"""),
        };
        await using (var session = await world.DataSource.OpenConnectionAsync(CatalogWorld.Token))
        {
            await using (var undone = await session.BeginTransactionAsync(CatalogWorld.Token))
            {
                await AuditTable.AppendAsync(session, entry, CatalogWorld.Token);
                await undone.RollbackAsync(CatalogWorld.Token);
            }

            await AuditTable.AppendAsync(session, entry, CatalogWorld.Token);
        }

        var note = (await ListAsync(world)).ShouldHaveSingleItem();
        note.Entry.Before?.ToJsonString().ShouldBe("""{"fields":["Id"]}""");
        note.Entry.After?.ToJsonString().ShouldBe("""{"fields":["Id","Name"]}""");
        (note.Entry with { Before = entry.Before, After = entry.After }).ShouldBe(entry);
    }

    [Fact]
    public async Task Pages_go_from_the_newest_to_the_oldest_and_miss_none_while_more_is_noted()
    {
        await using var world = await CatalogWorld.CreateAsync();
        var connection = Guid.NewGuid();
        for (var number = 0; number < 25; number++)
            await AppendAsync(world, $"{number}", number % 5 == 0 ? connection : null);

        var seen = new List<string?>();
        long? before = null;
        while (await ListAsync(world, before, count: 10) is { Count: > 0 } page)
        {
            seen.AddRange(page.Select(note => note.Entry.Subject));
            before = page[^1].Id;
            await AppendAsync(world, "late", connectionId: null);
        }

        seen.ShouldBe(Enumerable.Range(0, 25).Reverse().Select(number => $"{number}"));
        (await ListAsync(world, connectionId: connection)).Select(note => note.Entry.Subject).ShouldBe(["20", "15", "10", "5", "0"]);
        await Should.ThrowAsync<ArgumentOutOfRangeException>(() => ListAsync(world, count: 0));
        await Should.ThrowAsync<ArgumentOutOfRangeException>(() => ListAsync(world, count: 1_002));
    }

    [Fact]
    public async Task A_secret_that_a_caller_lets_through_is_not_kept()
    {
        await using var world = await CatalogWorld.CreateAsync();
        await using var session = await world.DataSource.OpenConnectionAsync(CatalogWorld.Token);
        var secrets = JsonNode.Parse("""{"client_secret":"s3cr","url":"postgres://app:s3cr@db/app","name":"a\u0000b"}""");
        await AuditTable.AppendAsync(
            session,
            new AuditEntry
            {
                Actor = new Actor { Kind = ActorKind.Token, Name = "password=s3cr", Address = "a\0b" },
                Action = "connection.change",
                Subject = "postgres://app:s3cr@db/app",
                Before = secrets,
                After = secrets,
            },
            CatalogWorld.Token);

        (await world.DumpAsync()).ShouldNotContain("s3cr");
        (await ListAsync(world)).ShouldHaveSingleItem().Entry.Subject.ShouldBe("postgres://app:(hidden)@db/app");
    }

    [Fact]
    public async Task Names_are_only_names()
    {
        await using var world = await CatalogWorld.CreateAsync();
        await AppendAsync(world, CatalogWorld.SqlName, connectionId: null);
        (await ListAsync(world)).ShouldHaveSingleItem().Entry.Subject.ShouldBe(CatalogWorld.SqlName);
    }

    [Fact]
    public async Task Old_notes_go_only_where_that_is_asked_for()
    {
        await using var world = await CatalogWorld.CreateAsync();
        await AppendAsync(world, "old", connectionId: null);
        await world.RunAsync("update tandem.audit set noted_at = now() - interval '100 days'");
        await AppendAsync(world, "young", connectionId: null);

        await new AccessUpkeep(world.DataSource, new AccessOptions(), world.Time).RunAsync(CatalogWorld.Token);
        (await ListAsync(world)).Count.ShouldBe(2);
        var options = new AccessOptions { AuditFor = TimeSpan.FromDays(99) };
        await new AccessUpkeep(world.DataSource, options, world.Time).RunAsync(CatalogWorld.Token);
        (await ListAsync(world)).ShouldHaveSingleItem().Entry.Subject.ShouldBe("young");
    }

    [Fact]
    public async Task Every_change_of_tokens_and_users_is_noted_and_no_failed_one()
    {
        await using var world = await CatalogWorld.CreateAsync();
        var tokens = new ApiTokens(world.DataSource, world.Time);
        using var users = new LocalUsers(world.DataSource, world.Time);
        await tokens.CreateAsync(new NewToken { Name = "ci" }, CatalogWorld.Person, CatalogWorld.Token);
        await Should.ThrowAsync<ConfigurationException>(
            () => tokens.CreateAsync(new NewToken { Name = "ci" }, CatalogWorld.Person, CatalogWorld.Token));
        await tokens.RevokeAsync("ci", CatalogWorld.Person, CatalogWorld.Token);
        await users.AddAsync(new NewUser { Name = "ada" }, "a good long password", CatalogWorld.Person, CatalogWorld.Token);
        await users.SetPasswordAsync("ada", "another good password", CatalogWorld.Person, CatalogWorld.Token);
        await users.RemoveAsync("ada", CatalogWorld.Person, CatalogWorld.Token);
        await Should.ThrowAsync<ConfigurationException>(() => users.RemoveAsync("ada", CatalogWorld.Person, CatalogWorld.Token));

        var notes = await ListAsync(world);
        notes.Select(note => $"{note.Entry.Action} {note.Entry.Subject}").ShouldBe(
            ["user.remove ada", "user.change_password ada", "user.add ada", "token.revoke ci", "token.create ci"]);
        notes.ShouldAllBe(note => note.Entry.Actor == CatalogWorld.Person);
        notes[4].Entry.After?["scope"]?.GetValue<string>().ShouldBe("read");
        notes[2].Entry.After?["role"]?.GetValue<string>().ShouldBe("read");
        (await world.DumpAsync()).ShouldNotContain("good");
    }

    private static async Task AppendAsync(CatalogWorld world, string subject, Guid? connectionId)
    {
        await using var session = await world.DataSource.OpenConnectionAsync(CatalogWorld.Token);
        await AuditTable.AppendAsync(
            session,
            new AuditEntry { Actor = Actor.Start, Action = "test.note", Subject = subject, ConnectionId = connectionId },
            CatalogWorld.Token);
    }

    private static Task<IReadOnlyList<AuditNote>> ListAsync(
        CatalogWorld world, long? before = null, Guid? connectionId = null, int count = 100) =>
        new AuditTable(world.DataSource).ListAsync(before, connectionId, count, CatalogWorld.Token);
}
