using Npgsql;

namespace Tandem.Postgres.Tables;

/// <summary>An index that the database does not build over the rows as they are.</summary>
public sealed record RefusedIndex(IndexDefinition Index, string Name, PostgresException Reason);
