using System.Globalization;

namespace Tandem.Tests.Integration.Seeds;

/// <summary>
/// The seeds that a property is tried with: TANDEM_SEED names one, or several with commas; TANDEM_SEEDS tells how many, from
/// TANDEM_FIRST_SEED on or from the first.
/// </summary>
internal static class SeedRange
{
    private const string One = "TANDEM_SEED";
    private const string First = "TANDEM_FIRST_SEED";
    private const string Count = "TANDEM_SEEDS";

    /// <summary>Somebody wants just these.</summary>
    public static bool IsAsked => new[] { One, First, Count }.Any(name => Environment.GetEnvironmentVariable(name) is { Length: > 0 });

    public static IReadOnlyList<int> Read(int usual)
    {
        if (Environment.GetEnvironmentVariable(One) is { Length: > 0 } named)
            return [.. named.Split(',').Select(seed => int.Parse(seed, CultureInfo.InvariantCulture))];
        return [.. Enumerable.Range(Number(First, 1), Number(Count, usual))];
    }

    private static int Number(string variable, int usual) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } asked
        ? int.Parse(asked, CultureInfo.InvariantCulture)
        : usual;
}
