using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Tandem.Postgres;

/// <summary>
/// Reads the statements that stand as .sql files beside the C#. In a file <c>salesforce.</c> stands for the schema and
/// <c>salesforce.account</c> for the table, so that it also runs in psql as it is.
/// </summary>
internal static partial class SqlText
{
    private static readonly ConcurrentDictionary<(string Path, string Schema, string? Table), string> Rendered = new();

    public static string Read(string path)
    {
        using var stream = typeof(SqlText).Assembly.GetManifestResourceStream(path)
            ?? throw new InvalidOperationException($"The statement \"{path}\" is not embedded in Tandem.Postgres.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    public static string InSchema(string path, string schema) => Rendered.GetOrAdd(
        (path, schema, null),
        static key => SchemaPlaceholder().Replace(Read(key.Path), _ => PgIdentifier.Quote(key.Schema) + "."));

    public static string ForTable(string path, string schema, string table) => Rendered.GetOrAdd(
        (path, schema, table),
        static key => Placeholder().Replace(
            Read(key.Path),
            match => match.Groups["table"].Success
                ? PgIdentifier.Qualify(key.Schema, key.Table ?? string.Empty)
                : PgIdentifier.Quote(key.Schema) + "."));

    [GeneratedRegex(@"\bsalesforce\.", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SchemaPlaceholder();

    [GeneratedRegex(@"\bsalesforce\.(?<table>account\b)?", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Placeholder();
}
