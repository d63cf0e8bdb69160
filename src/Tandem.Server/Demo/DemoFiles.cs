namespace Tandem.Server.Demo;

/// <summary>The files embedded for the demo: its mappings, and the plain SQL of an app that knows nothing of Tandem.</summary>
internal static class DemoFiles
{
    public static string Read(string name)
    {
        using var stream = typeof(DemoFiles).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not embedded in this program.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
