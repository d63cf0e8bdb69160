using System.Collections.Concurrent;

namespace Tandem.Sync;

/// <summary>The fixed SQL statements of this project: embedded <c>.sql</c> files beside the code that runs them.</summary>
internal static class SqlFile
{
    private static readonly ConcurrentDictionary<string, string> Texts = new(StringComparer.Ordinal);

    /// <param name="path">The file's place in the project, <c>Catalog/find_connection.sql</c>.</param>
    public static string Read(string path) => Texts.GetOrAdd(path, static path =>
    {
        using var stream = typeof(SqlFile).Assembly.GetManifestResourceStream(path)
            ?? throw new InvalidOperationException($"{path} is not embedded in this program.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    });

    /// <summary>The embedded files below a folder, in the order of their names.</summary>
    public static IReadOnlyList<string> List(string folder) =>
    [
        .. typeof(SqlFile).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(folder + '/', StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
    ];
}
