using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;
using Tandem.Salesforce.Auth;

namespace Tandem.Server.Api.V1;

/// <summary>How a connection signs in to Salesforce. Stored encrypted, and told to nobody: its text form names the kind only.</summary>
internal sealed record ConnectionSignIn
{
    private const string DefaultAudience = "https://login.salesforce.com";

    [Required]
    public SignInKind? Kind { get; init; }

    [Required]
    public string? ClientId { get; init; }

    public string? ClientSecret { get; init; }

    /// <summary>Whom a JWT speaks for.</summary>
    public string? UserName { get; init; }

    /// <summary>An RSA key in PEM form, which signs the JWT.</summary>
    public string? PrivateKey { get; init; }

    /// <summary>The login host that the JWT is for; https://login.salesforce.com without it.</summary>
    public string? Audience { get; init; }

    public string? RefreshToken { get; init; }

    /// <summary>What it signs in by; null when something is missing, which the problems tell.</summary>
    public OAuthGrant? ToGrant(Problems problems)
    {
        if (Kind is not { } kind || ClientId is not { } clientId)
            return null;
        switch (kind)
        {
            case SignInKind.ClientCredentials when Has("client_secret", ClientSecret):
                return OAuthGrant.ClientCredentials(clientId, ClientSecret ?? "");
            case SignInKind.RefreshToken when Has("refresh_token", RefreshToken):
                return OAuthGrant.RefreshToken(clientId, ClientSecret, RefreshToken ?? "");
            case SignInKind.JwtBearer when Has("user_name", UserName) & HasKey(problems):
                return OAuthGrant.JwtBearer(clientId, UserName ?? "", PrivateKey ?? "", Audience ?? DefaultAudience);
            default:
                return null;
        }

        bool Has(string name, string? value)
        {
            if (value is { Length: > 0 })
                return true;
            if (!problems.Has($"sign_in.{name}"))
                problems.Add($"sign_in.{name}", "Expected a text for this kind of sign-in, found nothing.");
            return false;
        }
    }

    private bool HasKey(Problems problems)
    {
        if (problems.Has("sign_in.private_key"))
            return false;
        try
        {
            using var rsa = RSA.Create();
            rsa.ImportFromPem(PrivateKey ?? "");
            return true;
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException)
        {
            problems.Add("sign_in.private_key", "Expected an RSA private key in PEM form, found something else.");
            return false;
        }
    }

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append("Kind = ").Append(Kind);
        return true;
    }
}
