namespace Tandem.Server.Api;

/// <summary>Who asks.</summary>
/// <param name="Name">For the log and the audit trail.</param>
/// <param name="IsAdmin">May change things; others may only look.</param>
public sealed record Caller(string Name, bool IsAdmin)
{
    /// <summary>The only app whose connections there are for the caller; null for all.</summary>
    public string? AppName { get; init; }

    /// <summary>The only connection that there is for the caller; null for all.</summary>
    public Guid? ConnectionId { get; init; }
}
