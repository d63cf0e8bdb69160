using System.Data.Common;
using System.Globalization;
using Npgsql;

namespace Tandem.Postgres;

/// <summary>
/// Reads where a database is from what people paste: a postgres:// URL as hosting services hand it out, or a key=value string.
/// </summary>
public static class DatabaseUrl
{
    private static readonly string[] Schemes = ["postgres://", "postgresql://"];

    /// <summary>libpq's names of what Npgsql calls differently.</summary>
    private static readonly Dictionary<string, string> LibpqKeywords = new(StringComparer.OrdinalIgnoreCase)
    {
        ["dbname"] = "Database",
        ["user"] = "Username",
        ["application_name"] = "Application Name",
        ["connect_timeout"] = "Timeout",
        ["client_encoding"] = "Client Encoding",
        ["sslcert"] = "SSL Certificate",
        ["sslkey"] = "SSL Key",
        ["sslrootcert"] = "Root Certificate",
        ["target_session_attrs"] = "Target Session Attributes",
        ["channel_binding"] = "Channel Binding",
    };

    /// <summary>Throws <see cref="FormatException"/> with a sentence that shows neither the text nor its password.</summary>
    public static NpgsqlConnectionStringBuilder Parse(string urlOrConnectionString)
    {
        ArgumentNullException.ThrowIfNull(urlOrConnectionString);
        var text = urlOrConnectionString.Trim();
        if (text.Length == 0)
        {
            throw new FormatException("The database address is empty; expected a postgres:// URL or a key=value connection string.");
        }

        foreach (var scheme in Schemes)
        {
            if (text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
            {
                return ParseUrl(text[scheme.Length..]);
            }
        }

        return text.Contains("://", StringComparison.Ordinal) && !text.Contains('=', StringComparison.Ordinal)
            ? throw new FormatException("The database URL must begin with postgres:// or postgresql://; this one has another scheme.")
            : ParseKeywords(text);
    }

    private static NpgsqlConnectionStringBuilder ParseUrl(string text)
    {
        var builder = new NpgsqlConnectionStringBuilder();
        var (address, query) = Cut(text, '?');
        var (authority, database) = Cut(address, '/');
        var at = authority.LastIndexOf('@');
        if (at >= 0)
        {
            var (user, password) = Cut(authority[..at], ':');
            builder.Username = Decode(user, "user name");
            builder.Password = password is null ? null : Decode(password, "password");
        }

        ReadHosts(builder, authority[(at + 1)..]);
        if (!string.IsNullOrEmpty(database))
        {
            builder.Database = Decode(database, "database name");
        }

        var position = 0;
        foreach (var pair in (query ?? string.Empty).Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            position++;
            var (name, value) = Cut(pair, '=');
            var place = $"Parameter {position} of the database URL";
            Set(builder, Decode(name, "parameters"), Decode(value ?? string.Empty, "parameters"), place);
        }

        return string.IsNullOrEmpty(builder.Host)
            ? throw new FormatException("The database URL names no host; expected postgres://user:password@host:port/database.")
            : builder;
    }

    private static void ReadHosts(NpgsqlConnectionStringBuilder builder, string hosts)
    {
        if (hosts.Length == 0)
        {
            return;
        }

        if (hosts.Contains(',', StringComparison.Ordinal))
        {
            builder.Host = Decode(hosts, "host");
            return;
        }

        var colon = hosts.LastIndexOf(':');
        var hasPort = colon > hosts.LastIndexOf(']');
        builder.Host = Decode(hasPort ? hosts[..colon] : hosts, "host").Trim('[', ']');
        if (hasPort && colon < hosts.Length - 1)
        {
            var isPort = ushort.TryParse(hosts.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port);
            builder.Port = isPort && port > 0
                ? port
                : throw new FormatException(
                    "The port in the database URL is no number from 1 to 65535; "
                    + "a password with /, ?, # or @ in it must be percent-encoded.");
        }
    }

    private static NpgsqlConnectionStringBuilder ParseKeywords(string text)
    {
        var pairs = new DbConnectionStringBuilder();
        if (!Succeeds(() => pairs.ConnectionString = text))
        {
            throw new FormatException(
                "The database address is neither a postgres:// URL nor a key=value connection string with semicolons between the pairs.");
        }

        var builder = new NpgsqlConnectionStringBuilder();
        var position = 0;
        foreach (string keyword in pairs.Keys)
        {
            position++;
            Set(builder, keyword, Convert.ToString(pairs[keyword], CultureInfo.InvariantCulture) ?? string.Empty,
                $"Keyword {position} of the database connection string");
        }

        return string.IsNullOrEmpty(builder.Host)
            ? throw new FormatException("The database connection string names no host; expected for example Host=localhost;Database=app.")
            : builder;
    }

    // The place instead of the text: a password that was not encoded can end up as a part of a name.
    private static void Set(NpgsqlConnectionStringBuilder builder, string name, string value, string place)
    {
        var keyword = LibpqKeywords.GetValueOrDefault(name, name);
        if (keyword.Equals("sslmode", StringComparison.OrdinalIgnoreCase))
        {
            keyword = "SSL Mode";
            value = value.Replace("-", string.Empty, StringComparison.Ordinal);
        }

        if (!Succeeds(() => builder[keyword] = value))
        {
            throw new FormatException($"{place} is not known or has a value that it cannot take.");
        }
    }

    // The reason is dropped on purpose: its text can quote the address, password included.
    private static bool Succeeds(Action assignment)
    {
        try
        {
            assignment();
            return true;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or InvalidCastException or OverflowException
            or KeyNotFoundException or NotSupportedException)
        {
            return false;
        }
    }

    private static string Decode(string text, string part)
    {
        for (var at = text.IndexOf('%', StringComparison.Ordinal); at >= 0; at = text.IndexOf('%', at + 1))
        {
            if (at + 2 >= text.Length || !char.IsAsciiHexDigit(text[at + 1]) || !char.IsAsciiHexDigit(text[at + 2]))
            {
                throw new FormatException($"The {part} in the database URL has a % that is not followed by two hexadecimal digits.");
            }
        }

        return Uri.UnescapeDataString(text);
    }

    private static (string Before, string? After) Cut(string text, char separator)
    {
        var at = text.IndexOf(separator, StringComparison.Ordinal);
        return at < 0 ? (text, null) : (text[..at], text[(at + 1)..]);
    }
}
