using Npgsql;
using Tandem.Postgres;
using Xunit;

namespace Tandem.Tests.Integration.Postgres;

/// <summary>Gives each test an empty database of its own on the server that TANDEM_TEST_POSTGRES names.</summary>
internal static class PostgresFixture
{
    public static async Task<TestDatabase> CreateDatabaseAsync()
    {
        var address = Environment.GetEnvironmentVariable("TANDEM_TEST_POSTGRES");
        if (string.IsNullOrEmpty(address))
        {
            const string Reason = "TANDEM_TEST_POSTGRES names no PostgreSQL server.";
            if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI")))
            {
                throw new InvalidOperationException(Reason);
            }

            Assert.Skip(Reason);
        }

        var server = DatabaseUrl.Parse(address);
        var name = $"tandem_{Guid.NewGuid():N}";
        await using (var connection = new NpgsqlConnection(server.ConnectionString))
        {
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            await using var command = new NpgsqlCommand($"create database {name}", connection);
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        return new TestDatabase(server.ConnectionString, name);
    }
}
