using System.Diagnostics;

namespace Tandem.Bench.Serve;

/// <summary>What a server's process has used of the machine, read from outside it.</summary>
internal static class ProcessCpu
{
    /// <summary>CPU time of all threads, user and system.</summary>
    public static TimeSpan Read(int processId)
    {
        using var process = Process.GetProcessById(processId);
        return process.TotalProcessorTime;
    }
}
