namespace Tandem.Server.EmbeddedPostgres;

/// <summary>
/// A lock on a data folder that the system releases when its holder dies, held through an open file.
/// The embedded Postgres takes one alone while it starts or stops, and one together with others while it uses the server.
/// </summary>
internal sealed class FolderLock : IDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    public static FolderLock? TryTakeAlone(string path) => TryOpen(path, FileAccess.ReadWrite, FileShare.None);

    public static FolderLock? TryTakeShared(string path) => TryOpen(path, FileAccess.Read, FileShare.Read);

    /// <summary>Waits for a lock; the one who holds it may be another program, which cannot send us a signal, so this asks again.</summary>
    public static async Task<FolderLock> TakeAloneAsync(
        string path, TimeSpan timeout, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var since = timeProvider.GetTimestamp();
        while (true)
        {
            if (TryTakeAlone(path) is { } taken)
            {
                return taken;
            }

            if (timeProvider.GetElapsedTime(since) > timeout)
            {
                throw new EmbeddedPostgresException(
                    $"Another program has been starting or stopping the Postgres in {Path.GetDirectoryName(path)} "
                    + $"for {timeout.TotalSeconds:0} s.");
            }

            await Task.Delay(PollInterval, timeProvider, cancellationToken);
        }
    }

    public void Dispose() => _file.Dispose();

    private static FolderLock? TryOpen(string path, FileAccess access, FileShare share)
    {
        try
        {
            return new FolderLock(new FileStream(path, FileMode.OpenOrCreate, access, share));
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
    }
}
