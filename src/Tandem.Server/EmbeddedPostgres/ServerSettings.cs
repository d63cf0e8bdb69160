using System.Globalization;
using System.Text;

namespace Tandem.Server.EmbeddedPostgres;

/// <summary>
/// The settings file that the embedded Postgres writes before each start of its server and that postgresql.conf includes last.
/// It keeps the server on loopback, without a socket file, and adds what the program asked for.
/// </summary>
internal static class ServerSettings
{
    public const string FileName = "tandem.conf";

    /// <summary>Settings that decide who reaches the server and where its files are; they are not the program's to change.</summary>
    private static readonly string[] Reserved =
    [
        "port", "listen_addresses", "unix_socket_directories", "data_directory", "hba_file", "ident_file",
        "config_file", "external_pid_file",
    ];

    public static string ReadPortFrom(string text) =>
        text.Split('\n').FirstOrDefault(line => line.StartsWith("port = ", StringComparison.Ordinal))?["port = ".Length..] ?? string.Empty;

    /// <summary>The whole file, one setting a line.</summary>
    public static string Write(EmbeddedPostgresOptions options, int port)
    {
        var text = new StringBuilder("# Written by Tandem before each start; changes here are lost.\n");
        Add("listen_addresses", "127.0.0.1");
        text.Append(CultureInfo.InvariantCulture, $"port = {port}\n");
        Add("unix_socket_directories", string.Empty);
        if (!options.IsDurable)
        {
            Add("fsync", "off");
            Add("synchronous_commit", "off");
            Add("full_page_writes", "off");
        }

        foreach (var (name, value) in options.Settings.OrderBy(setting => setting.Key, StringComparer.Ordinal))
        {
            Add(name, value);
        }

        return text.ToString();

        void Add(string name, string value)
        {
            var quoted = value.Replace("\\", @"\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal);
            text.Append(CultureInfo.InvariantCulture, $"{name} = '{quoted}'\n");
        }
    }

    /// <summary>Throws a sentence that names the first setting which cannot be written.</summary>
    public static void Check(IReadOnlyDictionary<string, string> settings)
    {
        foreach (var (name, value) in settings)
        {
            if (Reserved.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                throw new EmbeddedPostgresException($"The setting {name} of the embedded Postgres is chosen by Tandem and cannot be set.");
            }

            if (name.Length == 0
                || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '.')
                || value.AsSpan().ContainsAny('\n', '\r', '\0'))
            {
                throw new EmbeddedPostgresException(
                    $"The setting {name} of the embedded Postgres cannot be written: expected a name of letters, "
                    + "digits, _ and . and a value of one line.");
            }
        }
    }
}
