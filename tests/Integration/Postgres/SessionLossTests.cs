using Npgsql;
using Shouldly;
using Tandem.Postgres;
using Tandem.Sync.Faults;
using Tandem.Testing;
using Tandem.Tests.Integration.Sync;
using Xunit;

namespace Tandem.Tests.Integration.Postgres;

/// <summary>A session that ends while nobody looks is a fault that passes, whatever Npgsql makes of it.</summary>
public sealed class SessionLossTests
{
    [Fact]
    public async Task A_session_that_a_rollback_found_ended_is_begun_anew()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var session = await database.DataSource.OpenConnectionAsync(SyncWorld.Token);
        await using (await session.BeginTransactionAsync(SyncWorld.Token))
        {
            await using var killer = database.DataSource.CreateCommand($"select pg_terminate_backend({session.ProcessID}, 10000)");
            (await killer.ExecuteScalarAsync(SyncWorld.Token)).ShouldBe(true);
        }

        await using var command = new NpgsqlCommand("select 1", session);
        var exception = await Should.ThrowAsync<Exception>(async () => await command.ExecuteScalarAsync(SyncWorld.Token));

        SessionLoss.WasUnseen(exception).ShouldBeTrue(exception.ToString());
        FaultPolicy.Judge(exception).Action.ShouldBe(FaultAction.Retry);
        SessionLoss.WasUnseen(new InvalidOperationException("Connection is not open")).ShouldBeFalse();
    }
}
