using System.Text;

namespace Tandem.Server.SignIn;

/// <summary>The connected app that people let act for them, and where their browsers may go. Checked at start.</summary>
public sealed record SignInOptions
{
    /// <summary>The consumer key of the connected app.</summary>
    public required string ClientId { get; init; }

    /// <summary>Its consumer secret; null for an app that has none, which PKCE allows.</summary>
    public string? ClientSecret { get; init; }

    /// <summary>Where Salesforce sends the browser back to, a page of this server, exactly as the connected app names it.</summary>
    public required Uri CallbackUrl { get; init; }

    /// <summary>Origins beside the loopback that a browser may be sent to afterwards, such as <c>https://console.example.com</c>.</summary>
    public IReadOnlyList<string> ReturnOrigins { get; init; } = [];

    /// <summary>
    /// Origins that count as an org's own domain beside Salesforce's, such as a simulator's <c>http://127.0.0.1:8700</c>.
    /// </summary>
    public IReadOnlyList<string> DevelopmentOrgs { get; init; } = [];

    public Uri ProductionUrl { get; init; } = new("https://login.salesforce.com");

    public Uri SandboxUrl { get; init; } = new("https://test.salesforce.com");

    /// <summary>How long a person may take to sign in.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Sign-ins that one connection may have under way; a further one ends the oldest.</summary>
    public int PendingPerConnection { get; init; } = 5;

    /// <summary>Sign-ins that may be under way in all; a further one is refused.</summary>
    public int MaxPending { get; init; } = 1000;

    /// <summary>One sentence for each value that cannot work; empty when all can.</summary>
    public IReadOnlyList<string> FindProblems()
    {
        var problems = new List<string>();
        if (ClientId.Length == 0)
            problems.Add("ClientId must be the consumer key of a connected app; found nothing.");
        if (!IsSafe(CallbackUrl) || CallbackUrl.Fragment.Length > 0)
            problems.Add("CallbackUrl must be an https address without a fragment, or http on this machine.");
        foreach (var origin in ReturnOrigins.Where(origin => !IsOrigin(origin)))
            problems.Add($"ReturnOrigins must be origins such as https://console.example.com; found '{origin}'.");
        foreach (var origin in DevelopmentOrgs.Where(origin => !IsOrigin(origin) || !IsSafe(new Uri(origin))))
            problems.Add($"DevelopmentOrgs must be origins with https, or with http on this machine; found '{origin}'.");
        if (!IsSafe(ProductionUrl) || !IsSafe(SandboxUrl))
            problems.Add("ProductionUrl and SandboxUrl must be https addresses, or http on this machine.");
        if (Lifetime <= TimeSpan.Zero)
            problems.Add($"Lifetime must be more than zero; found {Lifetime}.");
        if (PendingPerConnection < 1 || MaxPending < 1)
            problems.Add("PendingPerConnection and MaxPending must be at least 1.");
        return problems;
    }

    /// <summary>What Salesforce is asked with must reach it unseen by others.</summary>
    private static bool IsSafe(Uri address) =>
        address.IsAbsoluteUri && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback));

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && uri.Scheme is "https" or "http"
        && text.Equals(uri.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal)
        && uri.UserInfo.Length == 0;

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append("CallbackUrl = ").Append(CallbackUrl);
        return true;
    }
}
