using Npgsql;

namespace Tandem.Postgres;

/// <summary>Recognises that a database session has ended, however that came to light.</summary>
public static class SessionLoss
{
    /// <summary>
    /// True for what Npgsql throws when a session is used that ended unseen: a rollback met the end, and tells nobody. Every other loss is
    /// an <see cref="NpgsqlException"/>.
    /// </summary>
    public static bool WasUnseen(Exception exception) =>
        exception is InvalidOperationException { Source: "Npgsql", Message: "Connection is not open" };
}
