using System.Collections.Frozen;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Data;

/// <summary>
/// What a user may not do with objects and fields. What is hidden does not exist for the user: describe, queries and saves do not know
/// it. Source: salesforce-api.md, section 2.2.
/// </summary>
public sealed class UserAccess
{
    private readonly FrozenSet<string> _hidden;
    private readonly FrozenSet<string> _readOnly;

    /// <param name="hidden">Objects (<c>Account</c>) and fields (<c>Account.Phone</c>), in any letter case.</param>
    /// <param name="readOnly">The same for what may be read and not written.</param>
    public UserAccess(IEnumerable<string> hidden, IEnumerable<string> readOnly)
    {
        _hidden = hidden.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        _readOnly = readOnly.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
    }

    public static UserAccess Full { get; } = new([], []);

    /// <summary>The objects and fields that are hidden.</summary>
    public IReadOnlyCollection<string> Hidden => _hidden;

    /// <summary>The objects and fields that may be read and not written.</summary>
    public IReadOnlyCollection<string> ReadOnly => _readOnly;

    public bool IsFull => _hidden.Count == 0 && _readOnly.Count == 0;

    public bool CanSee(ObjectType type) => !_hidden.Contains(type.Name);

    public bool CanSee(ObjectType type, Field field) =>
        _hidden.Count == 0 || (CanSee(type) && !_hidden.Contains($"{type.Name}.{field.Name}"));

    public bool CanEdit(ObjectType type) => CanSee(type) && !_readOnly.Contains(type.Name);

    public bool CanEdit(ObjectType type, Field field) =>
        IsFull || (CanEdit(type) && CanSee(type, field) && !_readOnly.Contains($"{type.Name}.{field.Name}"));
}
