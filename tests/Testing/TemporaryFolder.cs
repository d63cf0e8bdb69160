namespace Tandem.Testing;

/// <summary>A folder for one test, made in the temporary folder of the system and deleted with everything in it at dispose.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder()
    {
        FullPath = Directory.CreateTempSubdirectory("tandem-test-").FullName;
        if (!OperatingSystem.IsWindows())
        {
            // The server of an embedded Postgres may run under another account and must be able to pass.
            File.SetUnixFileMode(FullPath, (UnixFileMode)Convert.ToInt32("711", 8));
        }
    }

    public string FullPath { get; }

    public string Combine(params string[] parts) => Path.Combine([FullPath, .. parts]);

    public void Dispose() => Directory.Delete(FullPath, recursive: true);
}
