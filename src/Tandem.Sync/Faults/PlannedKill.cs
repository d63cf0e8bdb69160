using System.Diagnostics;
using System.Globalization;
using Tandem.Sync.Catalog;

namespace Tandem.Sync.Faults;

/// <summary>
/// A kill that is planned for a failpoint by an environment variable: <c>name</c> or <c>name:n</c> for the n-th reach. The process kills
/// itself there as SIGKILL does, with no handler run and no buffer written, so that a test can see what the next start finds.
/// </summary>
public sealed class PlannedKill
{
    public const string Variable = "TANDEM_FAILPOINT";

    private int _left;

    private PlannedKill(string name, int reach)
    {
        Name = name;
        Reach = reach;
        _left = reach;
    }

    /// <summary>The failpoint to be killed at.</summary>
    public string Name { get; }

    /// <summary>At which reach of it, from 1.</summary>
    public int Reach { get; }

    /// <summary>Reads the variable's text; null when it is not set.</summary>
    /// <exception cref="ConfigurationException">It names no failpoint, or no number of a reach.</exception>
    public static PlannedKill? Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        var parts = text.Split(':', 2);
        if (!FailpointNames.All.Contains(parts[0], StringComparer.Ordinal))
            throw new ConfigurationException(
                $"{Variable}: there is no failpoint {parts[0]}; there are {string.Join(", ", FailpointNames.All)}.");
        var reach = 1;
        if (parts.Length > 1 && (!int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out reach) || reach < 1))
            throw new ConfigurationException($"{Variable}: a number from 1 must follow the colon; found {parts[1]}.");
        return new PlannedKill(parts[0], reach);
    }

    /// <summary>A listener for <see cref="Failpoints.Listen"/>.</summary>
    public void Hear(string name)
    {
        if (name != Name || Interlocked.Decrement(ref _left) != 0)
            return;
        using var self = Process.GetCurrentProcess();
        self.Kill();

        // The call may return before the signal takes effect; nothing may follow.
        self.WaitForExit();
    }
}
