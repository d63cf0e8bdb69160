namespace Tandem.Server.EmbeddedPostgres;

/// <summary>
/// Says in one sentence why the embedded Postgres cannot start or stop; the program shows its message to the operator as it stands.
/// </summary>
public sealed class EmbeddedPostgresException(string message, Exception? innerException = null) : Exception(message, innerException);
