using Tandem.Simulator.Data.Seeding;

namespace Tandem.Simulator.Bulk;

/// <summary>Puts items into an order that only the seed decides; what the platform leaves open is brought out of order with it.</summary>
internal static class Shuffle
{
    public static void Apply<T>(Span<T> items, long seed)
    {
        var random = new SeedRandom(seed);
        for (var at = items.Length - 1; at > 0; at--)
        {
            var other = random.Next(at + 1);
            (items[at], items[other]) = (items[other], items[at]);
        }
    }
}
