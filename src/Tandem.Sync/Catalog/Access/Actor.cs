namespace Tandem.Sync.Catalog.Access;

/// <summary>Who changes something, as the audit trail keeps it: by id and by the name of that time.</summary>
public sealed record Actor
{
    /// <summary>The server at its start.</summary>
    public static Actor Start { get; } = new() { Kind = ActorKind.Start, Name = "start" };

    public required ActorKind Kind { get; init; }

    /// <summary>Of the token or the user; null for the others.</summary>
    public Guid? Id { get; init; }

    public required string Name { get; init; }

    /// <summary>The network address that the request came from; null when there was none.</summary>
    public string? Address { get; init; }

    /// <param name="account">The operating system's name of the person.</param>
    public static Actor CommandLine(string account) => new() { Kind = ActorKind.CommandLine, Name = account };
}
