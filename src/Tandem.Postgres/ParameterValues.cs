using Npgsql;

namespace Tandem.Postgres;

/// <summary>Fills in a statement's parameters by their places.</summary>
public static class ParameterValues
{
    /// <param name="values">In the order of $1, $2, …; each of a type that Npgsql knows how to send, none null.</param>
    public static void AddValues(this NpgsqlParameterCollection parameters, params object[] values)
    {
        foreach (var value in values)
            parameters.Add(new NpgsqlParameter { Value = value });
    }
}
