namespace Tandem.Simulator.Data.Seeding;

/// <summary>What the fields of one seeded row have in common, so that a mail address fits the name; one instance serves a whole
/// table, or one row of a compact one.</summary>
internal sealed class RowSeed(SeedRandom random, Func<IReadOnlyList<string>, string?> pickParent, int before = 0)
{
    private const int SpreadDays = 3 * 365;

    private string _stem = "";
    private string _trade = "";
    private string _form = "";

    public SeedRandom Random { get; } = random;

    /// <summary>Counts from 1, or from the one after those that went before.</summary>
    public int Number { get; private set; } = before;

    public string FirstName { get; private set; } = "";

    public string LastName { get; private set; } = "";

    /// <summary>Spelled when asked for: most objects need no company.</summary>
    public string Company => $"{_stem} {_trade} {_form}";

    public Place Place { get; private set; } = Words.Places[0];

    public (string Code, string Name) Trade { get; private set; }

    public DateTime CreatedAt { get; private set; }

    public DateTime ModifiedAt { get; private set; }

    /// <summary>The id of a record of one of these objects; null when none exists yet.</summary>
    public string? Parent(IReadOnlyList<string> objectNames) => pickParent(objectNames);

    /// <summary>Turns to the next row; <paramref name="end"/> is the moment before which everything happened.</summary>
    public void Next(DateTime end)
    {
        Number++;
        FirstName = Random.Pick(Words.FirstNames);
        LastName = Random.Pick(Words.LastNames);
        Place = Random.Pick(Words.Places);
        Trade = Random.Pick(Words.Trades);
        _stem = Random.Pick(Words.CompanyStems);
        _trade = Random.Pick(Words.CompanyTrades);
        _form = Random.Pick(Words.CompanyForms);
        var seconds = 1 + Random.NextLong(SpreadDays * 86_400L);
        CreatedAt = end.AddSeconds(-seconds);
        ModifiedAt = Random.Chance(40) ? CreatedAt : CreatedAt.AddSeconds(Random.NextLong(seconds));
    }
}
