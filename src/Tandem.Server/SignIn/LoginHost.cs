namespace Tandem.Server.SignIn;

/// <summary>Where an org signs its users in, as a person names it and as an address.</summary>
internal sealed record LoginHost
{
    public const string Production = "production";
    public const string Sandbox = "sandbox";
    public const string Custom = "custom";

    /// <summary>The domains under which every My Domain of the service lies, sandboxes and scratch orgs included.</summary>
    private static readonly string[] MyDomains = [".my.salesforce.com", ".my.salesforce.mil"];

    public required string Environment { get; init; }

    public string? Domain { get; init; }

    public required Uri Url { get; init; }

    /// <summary>Null with a sentence when there is no such host, or none that a token may be asked of.</summary>
    public static LoginHost? Find(SignInOptions options, string environment, string? domain, out string refusal)
    {
        refusal = "";
        var given = domain?.Trim();
        switch (environment)
        {
            case Production or Sandbox when given is not (null or ""):
                refusal = $"The environment {environment} has a login host of its own; leave the domain out, or choose the environment "
                    + "custom.";
                return null;
            case Production:
                return new LoginHost { Environment = environment, Url = options.ProductionUrl };
            case Sandbox:
                return new LoginHost { Environment = environment, Url = options.SandboxUrl };
            case Custom when given is null or "":
                refusal = "The environment custom needs the org's My Domain, such as acme.my.salesforce.com.";
                return null;
            case Custom:
                return FindCustom(options, given, out refusal);
            default:
                refusal = "The environment must be production, sandbox or custom; found another word.";
                return null;
        }
    }

    private static LoginHost? FindCustom(SignInOptions options, string domain, out string refusal)
    {
        refusal = "";
        var bare = domain.TrimEnd('/');
        foreach (var origin in options.DevelopmentOrgs)
        {
            var address = new Uri(origin);
            if (bare.Equals(origin, StringComparison.OrdinalIgnoreCase)
                || bare.Equals(address.Authority, StringComparison.OrdinalIgnoreCase))
                return new LoginHost { Environment = Custom, Domain = address.Authority, Url = address };
        }

        const string scheme = "https://";
        var host = bare.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) ? bare[scheme.Length..] : bare;
        host = host.ToLowerInvariant();
        if (IsMyDomain(host))
            return new LoginHost { Environment = Custom, Domain = host, Url = new Uri(scheme + host) };
        refusal = "The domain must be the org's My Domain, such as acme.my.salesforce.com or acme--dev.sandbox.my.salesforce.com, without "
            + "a path and by https; Setup shows it under My Domain.";
        return null;
    }

    /// <summary>Judged letter by letter: what a browser and a URL parser might read differently is no My Domain.</summary>
    private static bool IsMyDomain(string host) =>
        host.Length <= 253
        && MyDomains.FirstOrDefault(domain => host.EndsWith(domain, StringComparison.Ordinal)) is { } suffix
        && host[..^suffix.Length].Split('.').All(IsLabel);

    private static bool IsLabel(string label) =>
        label.Length is >= 1 and <= 63
        && label[0] != '-'
        && label[^1] != '-'
        && label.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character == '-');
}
