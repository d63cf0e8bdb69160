using System.Globalization;

namespace Tandem.Bench;

/// <summary>The most memory that a process ever had in RAM at once, since its start or the last reset; Linux tells it.</summary>
internal static class PeakMemory
{
    private const string ResetFile = "/proc/self/clear_refs";
    private const string PeakField = "VmHWM:";

    /// <summary>The value that makes Linux set the peak to what is in use now.</summary>
    private const string ResetPeak = "5";

    public static void Reset()
    {
        if (File.Exists(ResetFile))
            File.WriteAllText(ResetFile, ResetPeak);
    }

    /// <summary>Of this process, in MiB; null where there is no such figure.</summary>
    public static double? ReadMib() => ReadMib(Environment.ProcessId);

    public static double? ReadMib(int processId)
    {
        var file = string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/status");
        if (!File.Exists(file))
            return null;
        var line = File.ReadLines(file).FirstOrDefault(line => line.StartsWith(PeakField, StringComparison.Ordinal));
        var number = line?[PeakField.Length..].Replace("kB", "", StringComparison.Ordinal).Trim();
        return long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var kibibytes) ? kibibytes / 1024.0 : null;
    }
}
