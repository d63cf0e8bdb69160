using System.Globalization;

namespace Tandem.Simulator.Data.Seeding;

/// <summary>Texts of the seed that many rows have in common, spelled once for the process: an org of a million rows has few different
/// phones and streets, and telling them apart by number is quicker than by text.</summary>
internal static class SharedTexts
{
    private const int FirstArea = 201;
    private const int Areas = 789;
    private const int Lines = 100;
    private const int Houses = 899;

    private static readonly string?[] Phones = new string?[Areas * Lines];
    private static readonly string?[] Streets = new string?[Houses * Words.Streets.Length];

    public static string Phone(SeedRandom random)
    {
        var (area, line) = (random.Next(Areas), random.Next(Lines));
        // 555-0100 to 555-0199 belong to nobody in any area.
        return Phones[(area * Lines) + line] ??=
            string.Create(CultureInfo.InvariantCulture, $"({FirstArea + area}) 555-{Lines + line:0000}");
    }

    public static string Street(SeedRandom random)
    {
        var (house, street) = (random.Next(Houses), random.Next(Words.Streets.Length));
        return Streets[(house * Words.Streets.Length) + street] ??=
            string.Create(CultureInfo.InvariantCulture, $"{1 + house} {Words.Streets[street]}");
    }
}
