using System.Text;
using Tandem.Sync.Catalog.Access;

namespace Tandem.Server.Access;

/// <summary>What became of a sign-in. Its text form leaves the session out.</summary>
public sealed record SignInOutcome
{
    /// <summary>Who has signed in; null when nobody has.</summary>
    public LocalUser? User { get; init; }

    /// <summary>What the browser shows from now on, in a cookie that scripts cannot read; null when nobody has signed in.</summary>
    public string? Session { get; init; }

    /// <summary>When the session ends.</summary>
    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When there were too many attempts: how long to wait; else zero.</summary>
    public TimeSpan RetryAfter { get; init; }

    /// <summary>For the person; the same for a wrong password and for a name that nobody has.</summary>
    public string Sentence => (User, RetryAfter > TimeSpan.Zero) switch
    {
        ({ } user, _) => $"Signed in as {user.Name}.",
        (null, true) => $"Too many attempts: try again in {Math.Ceiling(RetryAfter.TotalSeconds):0} seconds.",
        (null, false) => "The name or the password is wrong.",
    };

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(Sentence);
        return true;
    }
}
