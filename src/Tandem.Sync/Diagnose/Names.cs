namespace Tandem.Sync.Diagnose;

/// <summary>Lists names in a sentence: the first few, and how many more there are.</summary>
internal static class Names
{
    private const int Shown = 5;

    public static string List(IReadOnlyCollection<string> names) => names.Count <= Shown
        ? string.Join(", ", names)
        : $"{string.Join(", ", names.Take(Shown))} and {names.Count - Shown} more";
}
