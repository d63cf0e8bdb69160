namespace Tandem.Salesforce;

/// <summary>How to reach an org and how patient to be. <see cref="SalesforceClient"/> refuses values that cannot work.</summary>
public sealed record SalesforceOptions
{
    private const int MostRetries = 10;

    /// <summary>The login host: login.salesforce.com, test.salesforce.com or the org's My Domain.</summary>
    public required Uri LoginUrl { get; init; }

    public string ApiVersion { get; init; } = "67.0";

    /// <summary>The name in <c>Sforce-Call-Options</c>; it comes back in the <c>changeOrigin</c> of our own changes.</summary>
    public string ClientName { get; init; } = "tandem";

    /// <summary>For one attempt, its answer included; for a streamed answer, for each read of it.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Repetitions after the first attempt, of requests that may be repeated.</summary>
    public int MaxRetries { get; init; } = 4;

    /// <summary>The first pause between attempts; it doubles each time, with jitter.</summary>
    public TimeSpan RetryBaseDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>One sentence for each value that cannot work; empty when all can.</summary>
    public IReadOnlyList<string> FindProblems()
    {
        var problems = new List<string>();
        if (!LoginUrl.IsAbsoluteUri || LoginUrl.Scheme is not ("https" or "http"))
            problems.Add("LoginUrl must be an absolute https address (http for a simulator).");
        if (!IsVersion(ApiVersion))
            problems.Add($"ApiVersion must look like 67.0; found '{ApiVersion}'.");
        if (ClientName.Length == 0 || !ClientName.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-'))
            problems.Add($"ClientName must consist of letters, digits, '.', '_' and '-'; found '{ClientName}'.");
        if (RequestTimeout <= TimeSpan.Zero)
            problems.Add($"RequestTimeout must be more than zero; found {RequestTimeout}.");
        if (MaxRetries is < 0 or > MostRetries)
            problems.Add($"MaxRetries must be from 0 to {MostRetries}; found {MaxRetries}.");
        if (RetryBaseDelay <= TimeSpan.Zero)
            problems.Add($"RetryBaseDelay must be more than zero; found {RetryBaseDelay}.");
        return problems;
    }

    private static bool IsVersion(string text)
        => text is [>= '1' and <= '9', >= '0' and <= '9', '.', '0'];
}
