using System.Text;

namespace Tandem.Server.Notify;

/// <summary>Where notifications are posted to, what signs them, and how often one is tried.</summary>
public sealed record WebhookOptions
{
    public required Uri Address { get; init; }

    /// <summary>The receiver has the same, to tell our posts from those of others.</summary>
    public required string Secret { get; init; }

    /// <summary>After so many posts that failed, a notification is given up and the next one has its turn.</summary>
    public int Attempts { get; init; } = 20;

    /// <summary>After the first post that failed; it doubles with each.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan LongestPause { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long the receiver may take.</summary>
    public TimeSpan AnswerWithin { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Only the host: the rest of the address may be what opens it.</summary>
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append("Host = ").Append(Address.Host);
        return true;
    }
}
