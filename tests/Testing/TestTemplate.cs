using Npgsql;

namespace Tandem.Testing;

/// <summary>
/// A database that tests begin with copies of, because making what is in it takes longer than copying it. It is made by the first test
/// that asks, stays as it was made, and goes with the server.
/// </summary>
public sealed class TestTemplate(Func<NpgsqlDataSource, Task> fill)
{
    private readonly Lazy<Task<TestDatabase>> _database = new(() => FillAsync(fill));

    internal Task<TestDatabase> MakeAsync() => _database.Value;

    private static async Task<TestDatabase> FillAsync(Func<NpgsqlDataSource, Task> fill)
    {
        var database = await TestDatabase.CreateAsync();
        await fill(database.DataSource);
        await database.CloseAsync();
        return database;
    }
}
