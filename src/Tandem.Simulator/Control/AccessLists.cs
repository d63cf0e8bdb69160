using Tandem.Simulator.Data;

namespace Tandem.Simulator.Control;

/// <summary>A user's access as JSON spells it, for the control plane and save files: objects (<c>Account</c>) and fields
/// (<c>Account.Phone</c>).</summary>
public sealed record AccessLists
{
    public IReadOnlyList<string> Hidden { get; init; } = [];

    public IReadOnlyList<string> ReadOnly { get; init; } = [];

    public static AccessLists Of(UserAccess access) => new()
    {
        Hidden = [.. access.Hidden.Order(StringComparer.OrdinalIgnoreCase)],
        ReadOnly = [.. access.ReadOnly.Order(StringComparer.OrdinalIgnoreCase)],
    };

    public UserAccess ToAccess() => new(Hidden, ReadOnly);
}
