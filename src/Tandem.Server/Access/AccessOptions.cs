namespace Tandem.Server.Access;

/// <summary>How long sessions and notes last, and how often a sign-in may be tried.</summary>
public sealed record AccessOptions
{
    /// <summary>A session ends this long after its sign-in, whatever happens in it.</summary>
    public TimeSpan SessionLifetime { get; init; } = TimeSpan.FromHours(12);

    /// <summary>Notes of the audit trail are deleted when they are older; null keeps them for ever.</summary>
    public TimeSpan? AuditFor { get; init; }

    /// <summary>Attempts on one account in a row; after them one each <see cref="AccountInterval"/>.</summary>
    public int AccountBurst { get; init; } = 10;

    public TimeSpan AccountInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Attempts from one address in a row; after them one each <see cref="AddressInterval"/>.</summary>
    public int AddressBurst { get; init; } = 30;

    public TimeSpan AddressInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Accounts and addresses that are remembered at most, each.</summary>
    public int Remembered { get; init; } = 10_000;
}
