namespace Tandem.Sync.Running.Allowance;

/// <summary>That polls are slowed, and of what; the same as long as it lasts, so that a person is told once.</summary>
/// <param name="ObjectName">Of one mapping; null for those of the whole connection.</param>
public sealed record SlowedPolls(string? ObjectName)
{
    public string Begun => ObjectName is { } name
        ? $"{name}: polls are slowed, for the API calls that this mapping may use in 24 hours run short."
        : "Polls are slowed, for the API calls that this connection may use in 24 hours run short.";

    public string Ended => ObjectName is { } name
        ? $"{name}: polls come at their interval again."
        : "Polls come at their intervals again.";
}
