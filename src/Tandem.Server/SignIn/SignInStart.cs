namespace Tandem.Server.SignIn;

/// <summary>Where a person's browser goes to sign in, or why it may not; exactly one of both is there.</summary>
public sealed record SignInStart
{
    private SignInStart()
    {
    }

    /// <summary>Salesforce's page; the <c>redirect</c> of the REST API.</summary>
    public Uri? Redirect { get; private init; }

    /// <summary>A sentence for the person.</summary>
    public string? Refusal { get; private init; }

    internal static SignInStart To(Uri address) => new() { Redirect = address };

    internal static SignInStart Refused(string sentence) => new() { Refusal = sentence };
}
