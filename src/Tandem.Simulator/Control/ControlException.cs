namespace Tandem.Simulator.Control;

/// <summary>An order to the simulator that cannot be followed: the thing, the expected and the found in one sentence. The control plane
/// answers it with 400, or 404 when the thing is not there.</summary>
public sealed class ControlException(string message, bool isMissing = false) : Exception(message)
{
    /// <summary>True when the order names something that is not there.</summary>
    public bool IsMissing { get; } = isMissing;

    internal static ControlException Missing(string what, string name) => new($"There is no {what} {name}.", isMissing: true);
}
