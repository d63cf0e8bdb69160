using System.Globalization;

namespace Tandem.Bench;

/// <summary>The CPU time of a Postgres server with all its sessions, those that have ended included; Linux tells it.</summary>
internal static class ServerCpu
{
    private const int ParentField = 1;
    private const int FirstTimeField = 11;

    /// <summary>What Linux counts CPU time by: a hundred ticks a second, whatever the kernel's own clock.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    /// <param name="dataFolder">Of the cluster; its first line of postmaster.pid names the process.</param>
    /// <returns>Null where there is no such figure.</returns>
    public static TimeSpan? Read(string dataFolder)
    {
        var file = Path.Combine(dataFolder, "postmaster.pid");
        if (!File.Exists(file) || !Directory.Exists("/proc/self"))
            return null;
        var server = File.ReadLines(file).First();

        // The server's own line holds what its ended sessions used, too: user and system time, its own and its children's.
        var ticks = ReadFields(server) is { } own ? Sum(own, 4) : 0;
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (ReadFields(Path.GetFileName(folder)) is { } fields && fields[ParentField] == server)
                ticks += Sum(fields, 2);
        }

        return ticks * Tick;
    }

    /// <returns>The fields behind the program's name, which may hold blanks; null for what is no process or has just ended.</returns>
    private static string[]? ReadFields(string process)
    {
        if (!int.TryParse(process, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            return null;
        try
        {
            var line = File.ReadAllText($"/proc/{process}/stat");
            return line[(line.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static long Sum(string[] fields, int count) => fields
        .Skip(FirstTimeField)
        .Take(count)
        .Sum(field => long.Parse(field, CultureInfo.InvariantCulture));
}
