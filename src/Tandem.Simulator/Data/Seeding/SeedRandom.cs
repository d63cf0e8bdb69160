namespace Tandem.Simulator.Data.Seeding;

/// <summary>
/// A small generator (SplitMix64) whose numbers depend on nothing but its seed, so that data stays the same from one version of the
/// runtime to the next. Each table of the seed has its own.
/// </summary>
internal sealed class SeedRandom(long seed)
{
    private ulong _state = unchecked((ulong)seed * 0x9E3779B97F4A7C15UL);

    /// <summary>From 0 up to, but not with, <paramref name="limit"/>.</summary>
    public int Next(int limit) => (int)(((Bits() >> 32) * (ulong)limit) >> 32);

    public int Next(int from, int limit) => from + Next(limit - from);

    public long NextLong(long limit) => (long)(Bits() % (ulong)limit);

    /// <summary>True in so many of a hundred cases.</summary>
    public bool Chance(int percent) => Next(100) < percent;

    public T Pick<T>(IReadOnlyList<T> items) => items[Next(items.Count)];

    /// <summary>As the other; the words are arrays, where this saves two calls through an interface.</summary>
    public T Pick<T>(T[] items) => items[Next(items.Length)];

    private ulong Bits()
    {
        var bits = _state += 0x9E3779B97F4A7C15UL;
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9UL;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EBUL;
        return bits ^ (bits >> 31);
    }
}
