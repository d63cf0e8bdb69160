namespace Tandem.Bench;

/// <summary>The fixed statements of the benchmarks, embedded under their path from bench/.</summary>
internal static class SqlFile
{
    public static string Read(string path)
    {
        using var stream = typeof(SqlFile).Assembly.GetManifestResourceStream(path)
            ?? throw new InvalidOperationException($"{path} is not embedded in this program.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
