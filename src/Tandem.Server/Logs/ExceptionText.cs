using System.Text;
using Npgsql;
using Tandem.Sync.Faults;

namespace Tandem.Server.Logs;

/// <summary>
/// An exception as a log may have it: types, messages and places, from the outermost to the cause. What Postgres quotes of a row stays
/// out: the values in its message, its detail and its context.
/// </summary>
internal static class ExceptionText
{
    public static string Of(Exception exception)
    {
        var text = new StringBuilder();
        for (var one = exception; one is not null; one = one.InnerException)
        {
            if (text.Length > 0)
                text.Append("\n---> ");
            text.Append(one.GetType().FullName).Append(": ").Append(MessageOf(one));
            if (one.StackTrace is { } places)
                text.Append('\n').Append(places);
        }

        return text.ToString();
    }

    private static string MessageOf(Exception exception) => exception switch
    {
        PostgresException postgres => $"{postgres.SqlState}: {PostgresWords.Of(postgres)}",

        // Its own message repeats those of its causes.
        AggregateException aggregate => $"{aggregate.InnerExceptions.Count} causes",
        _ => exception.Message,
    };
}
