namespace Tandem.Testing;

/// <summary>
/// The folder of the repository that the running tests were built from; for tests of the codebase, the scripts and the command.
/// </summary>
public static class RepositoryRoot
{
    public static string Folder { get; } = Find();

    public static string Combine(params string[] parts) => Path.Combine([Folder, .. parts]);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Tandem.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds Tandem.slnx.");
    }
}
