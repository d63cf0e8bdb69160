using Npgsql;

namespace Tandem.Sync.Catalog.Access;

/// <summary>Makes the commands of this folder's statements, in a session whose transaction they share or on their own.</summary>
internal static class AccessCommand
{
    public static NpgsqlCommand Of(NpgsqlConnection session, string file) => new(Read(file), session);

    public static NpgsqlCommand Of(NpgsqlDataSource dataSource, string file) => dataSource.CreateCommand(Read(file));

    /// <summary>Adds the next of $1, $2, …</summary>
    public static NpgsqlCommand With<T>(this NpgsqlCommand command, T value)
    {
        command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
        return command;
    }

    private static string Read(string file) => SqlFile.Read($"Catalog/Access/{file}");
}
