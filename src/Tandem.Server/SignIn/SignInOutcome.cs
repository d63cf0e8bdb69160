namespace Tandem.Server.SignIn;

/// <summary>How a sign-in ended: an org to store, or a refusal after which nothing is stored.</summary>
public sealed record SignInOutcome
{
    private SignInOutcome()
    {
    }

    /// <summary>Null when the answer belongs to no sign-in that is under way.</summary>
    public Guid? ConnectionId { get; private init; }

    /// <summary>Null when it was refused.</summary>
    public AuthorizedOrg? Org { get; private init; }

    /// <summary>A sentence for the person; null when it went well.</summary>
    public string? Refusal { get; private init; }

    /// <summary>
    /// Where to send the browser; after a refusal with <c>error</c> and <c>error_description</c> in its query. Null when the answer belongs
    /// to no sign-in: then the sentence is all there is to show.
    /// </summary>
    public string? ReturnTo { get; private init; }

    internal static SignInOutcome Granted(PendingSignIn pending, AuthorizedOrg org) =>
        new() { ConnectionId = pending.ConnectionId, Org = org, ReturnTo = pending.Next.Text };

    internal static SignInOutcome Refused(PendingSignIn pending, string error, string sentence) => new()
    {
        ConnectionId = pending.ConnectionId,
        Refusal = sentence,
        ReturnTo = pending.Next.WithError(error, sentence),
    };

    internal static SignInOutcome Unknown(string sentence) => new() { Refusal = sentence };
}
