using Tandem.Simulator.Data;

namespace Tandem.Simulator.Auth;

/// <summary>What sign-in and identity tell of a user, read from the user's record at that moment.</summary>
public sealed record UserProfile
{
    /// <summary>18 characters.</summary>
    public required string Id { get; init; }

    public required string UserName { get; init; }

    public required string FullName { get; init; }

    public string? FirstName { get; init; }

    public required string LastName { get; init; }

    public required string Email { get; init; }

    public required string NickName { get; init; }

    /// <summary>Null when the user has none, which describe forbids and a foreign metadata file may bring about.</summary>
    public string? ProfileId { get; init; }

    public required string TimeZone { get; init; }

    public required string Locale { get; init; }

    public required string Language { get; init; }

    public required string UserType { get; init; }

    public required bool IsActive { get; init; }

    public required DateTime LastModified { get; init; }

    /// <summary>The zone's distance from UTC without summer time, in milliseconds; 0 when the machine does not know the zone.</summary>
    public long UtcOffset =>
        TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out var zone) ? (long)zone.BaseUtcOffset.TotalMilliseconds : 0;

    internal static UserProfile Of(Record user)
    {
        var values = user.Values;
        var userName = Text("Username") ?? "";
        var lastName = Text("LastName") ?? userName;
        return new UserProfile
        {
            Id = user.Id,
            UserName = userName,
            FullName = Text("Name") ?? lastName,
            FirstName = Text("FirstName"),
            LastName = lastName,
            Email = Text("Email") ?? userName,
            NickName = Text("CommunityNickname") ?? userName.Split('@')[0],
            ProfileId = Text("ProfileId"),
            TimeZone = Text("TimeZoneSidKey") ?? "GMT",
            Locale = Text("LocaleSidKey") ?? "en_US",
            Language = Text("LanguageLocaleKey") ?? "en_US",
            UserType = Text("UserType") ?? "Standard",
            IsActive = Value("IsActive") is not false,
            LastModified = Value("LastModifiedDate") as DateTime? ?? DateTime.UnixEpoch,
        };

        string? Text(string field) => Value(field) as string;

        object? Value(string field) => user.Type.OrdinalOf(field) is >= 0 and var ordinal ? values[ordinal] : null;
    }
}
