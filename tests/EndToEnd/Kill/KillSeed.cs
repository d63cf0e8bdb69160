using System.Globalization;
using Xunit;

namespace Tandem.Tests.EndToEnd.Kill;

/// <summary>What decides the moments of the kills: another number each time, which is printed; TANDEM_KILL_SEED repeats one.</summary>
internal static class KillSeed
{
    private const string Variable = "TANDEM_KILL_SEED";

    public static int Choose(ITestOutputHelper output)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable(Variable), CultureInfo.InvariantCulture, out var given)
            ? given
            : Random.Shared.Next(100_000);
        output.WriteLine($"{Variable}={seed}");
        return seed;
    }
}
