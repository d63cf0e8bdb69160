using System.Diagnostics;
using System.Globalization;

namespace Tandem.Server.EmbeddedPostgres;

/// <summary>
/// What a server writes about itself into postmaster.pid: its process, its port and whether it takes connections.
/// After a crash the file outlives the server, so the embedded Postgres asks <see cref="IsServerAlive"/> before it believes it.
/// </summary>
internal sealed record PostmasterFile
{
    private const int PortLine = 3;
    private const int StatusLine = 7;

    public required int ProcessId { get; init; }

    public required int Port { get; init; }

    public required bool IsReady { get; init; }

    /// <summary>The file of a cluster; null when there is none or when it is not yet complete.</summary>
    public static PostmasterFile? Read(string clusterFolder)
    {
        try
        {
            return Parse(File.ReadAllLines(PathIn(clusterFolder)));
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    public static string PathIn(string clusterFolder) => Path.Combine(clusterFolder, "postmaster.pid");

    /// <summary>True when the process is a server of this very cluster, and no other program that got the number later.</summary>
    public bool IsServerAlive(string clusterFolder)
    {
        try
        {
            using var process = Process.GetProcessById(ProcessId);
            if (process.HasExited || !process.ProcessName.StartsWith("postgres", StringComparison.Ordinal))
            {
                return false;
            }
        }
        catch (ArgumentException)
        {
            return false;
        }
        catch (InvalidOperationException)
        {
            return false;
        }

        // A server's working folder is its cluster; a dead process that nobody has reaped has none. Only Linux tells it.
        return !OperatingSystem.IsLinux() || string.Equals(WorkingFolder(), RealPath(clusterFolder), StringComparison.Ordinal);
    }

    /// <summary>True when the system has any process of that number, dead and unreaped ones too.</summary>
    public bool HasProcess()
    {
        try
        {
            using var process = Process.GetProcessById(ProcessId);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    internal static PostmasterFile? Parse(string[] lines)
    {
        if (lines.Length <= PortLine
            || !int.TryParse(lines[0], CultureInfo.InvariantCulture, out var processId) || processId <= 0
            || !int.TryParse(lines[PortLine], CultureInfo.InvariantCulture, out var port))
        {
            return null;
        }

        var isReady = lines.Length > StatusLine && lines[StatusLine].Trim() is "ready";
        return new PostmasterFile { ProcessId = processId, Port = port, IsReady = isReady };
    }

    private string? WorkingFolder()
    {
        try
        {
            return File.ResolveLinkTarget($"/proc/{ProcessId}/cwd", returnFinalTarget: false)?.FullName;
        }
        catch (IOException)
        {
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string RealPath(string folder)
    {
        var parent = Path.GetDirectoryName(folder);
        if (parent is null)
        {
            return folder;
        }

        var here = Path.Combine(RealPath(parent), Path.GetFileName(folder));
        return Directory.ResolveLinkTarget(here, returnFinalTarget: true)?.FullName ?? here;
    }
}
