using System.Globalization;

namespace Tandem.Simulator.Http;

/// <summary>The versions of the API that the org answers, oldest first, with the season that each came in.</summary>
internal static class ApiVersions
{
    public const int Oldest = 30;
    public const int Newest = 67;

    /// <summary>Spring '14 brought 30.0; three seasons make a year.</summary>
    private static readonly string[] Seasons = ["Spring", "Summer", "Winter"];

    public static IEnumerable<int> All => Enumerable.Range(Oldest, Newest - Oldest + 1);

    /// <summary>Takes <c>67.0</c>; false for any other spelling and for a version that is not served.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out int version)
    {
        version = 0;
        return text.Length == 4 && text.EndsWith(".0") && int.TryParse(text[..^2], NumberStyles.None, CultureInfo.InvariantCulture,
            out version)
            && version is >= Oldest and <= Newest;
    }

    /// <summary>What the addresses of a version begin with.</summary>
    public static string RootOf(int version) => string.Create(CultureInfo.InvariantCulture, $"/services/data/v{version}.0");

    /// <summary>Winter releases carry the year that they lead into.</summary>
    public static string Label(int version)
    {
        var season = (version - Oldest) % 3;
        var year = 14 + ((version - Oldest) / 3) + (season == 2 ? 1 : 0);
        return string.Create(CultureInfo.InvariantCulture, $"{Seasons[season]} '{year}");
    }
}
