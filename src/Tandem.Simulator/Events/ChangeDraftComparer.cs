using System.Diagnostics.CodeAnalysis;

namespace Tandem.Simulator.Events;

/// <summary>Two changes are one event when they show the same. The feed merges by it.</summary>
internal sealed class ChangeDraftComparer : IEqualityComparer<ChangeDraft>
{
    public bool Equals(ChangeDraft? x, ChangeDraft? y)
    {
        if (ReferenceEquals(x, y))
            return true;
        if (x is null || y is null || !ReferenceEquals(x.Type, y.Type) || !ReferenceEquals(x.ChangeType, y.ChangeType)
            || !x.Changed.SequenceEqual(y.Changed))
            return false;
        foreach (var ordinal in x.Shown)
        {
            if (!Equals(x.After[ordinal], y.After[ordinal]))
                return false;
        }

        return true;
    }

    public int GetHashCode([DisallowNull] ChangeDraft obj)
    {
        var hash = new HashCode();
        hash.Add(obj.Type);
        hash.Add(obj.ChangeType, StringComparer.Ordinal);
        foreach (var ordinal in obj.Shown)
            hash.Add(obj.After[ordinal]);
        return hash.ToHashCode();
    }
}
