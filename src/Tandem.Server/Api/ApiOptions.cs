using Tandem.Server.SignIn;

namespace Tandem.Server.Api;

/// <summary>Where the REST API is served, and to whom beside those whose tokens the catalogue has.</summary>
public sealed record ApiOptions
{
    /// <summary>Such as <c>http://127.0.0.1:8600</c>; port 0 takes a free one.</summary>
    public required string Address { get; init; }

    /// <summary>As people's browsers reach it; null when that is the address itself.</summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>A token that is given at the start and may do everything; null for none.</summary>
    public string? Token { get; init; }

    /// <summary>
    /// The connected app that people sign in by, with any callback address: it is set to this server's. Null serves no sign-in.
    /// </summary>
    public SignInOptions? SignIn { get; init; }
}
