using System.Globalization;

namespace Tandem.Tests.Integration.Seeds;

/// <summary>
/// The seeds that a property is tried with: TANDEM_SEED names one, or several with commas; TANDEM_SEEDS tells how many, from
/// TANDEM_FIRST_SEED on or from the first.
/// </summary>
internal static class SeedRange
{
    public static IReadOnlyList<int> Read(int usual)
    {
        if (Environment.GetEnvironmentVariable("TANDEM_SEED") is { Length: > 0 } named)
            return [.. named.Split(',').Select(seed => int.Parse(seed, CultureInfo.InvariantCulture))];
        return [.. Enumerable.Range(Number("TANDEM_FIRST_SEED", 1), Number("TANDEM_SEEDS", usual))];
    }

    private static int Number(string variable, int usual) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } asked
        ? int.Parse(asked, CultureInfo.InvariantCulture)
        : usual;
}
