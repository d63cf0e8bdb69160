namespace Tandem.Server.SignIn;

/// <summary>
/// Where a browser goes after a sign-in, known not to lead to a stranger: a path of this server, the loopback, or a configured origin. An
/// address counts only if its text begins with the origin that it is read as, so that no two readers can disagree about its host.
/// </summary>
internal sealed record ReturnAddress
{
    private const int LongestText = 2000;
    private static readonly string[] LoopbackHosts = ["localhost", "127.0.0.1"];

    private ReturnAddress(string text) => Text = text;

    public string Text { get; }

    /// <summary>Null when a browser must not be sent there; <see cref="Refusal"/> tells the person.</summary>
    public static ReturnAddress? Find(string? next, IReadOnlyList<string> origins)
    {
        if (next is null or "")
            return new ReturnAddress("/");
        if (next.Length > LongestText || !next.All(IsPlain))
            return null;
        return next[0] == '/' ? FindPath(next) : FindAbsolute(next, origins);
    }

    /// <summary>Why an address was not found, and what would be.</summary>
    public static string Refusal(IReadOnlyList<string> origins) =>
        "next must be a path of this server, http://localhost:PORT or http://127.0.0.1:PORT"
        + (origins.Count > 0 ? $", or an address of {string.Join(", ", origins)}" : "")
        + "; found another address, to which no browser is sent after signing in.";

    /// <summary>The address with what went wrong in its query.</summary>
    public string WithError(string error, string sentence)
    {
        var hash = Text.IndexOf('#', StringComparison.Ordinal);
        var (head, fragment) = hash < 0 ? (Text, "") : (Text[..hash], Text[hash..]);
        var joint = head.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        return $"{head}{joint}error={Uri.EscapeDataString(error)}&error_description={Uri.EscapeDataString(sentence)}{fragment}";
    }

    /// <summary>Two slashes begin a host, not a path.</summary>
    private static ReturnAddress? FindPath(string next) => next.StartsWith("//", StringComparison.Ordinal) ? null : new ReturnAddress(next);

    private static ReturnAddress? FindAbsolute(string next, IReadOnlyList<string> origins)
    {
        if (!Uri.TryCreate(next, UriKind.Absolute, out var uri) || uri.UserInfo.Length > 0)
            return null;
        var isLoopback = uri.Scheme == Uri.UriSchemeHttp && LoopbackHosts.Contains(uri.Host, StringComparer.OrdinalIgnoreCase);
        var origin = uri.GetLeftPart(UriPartial.Authority);
        if (!isLoopback && !origins.Contains(origin, StringComparer.OrdinalIgnoreCase))
            return null;
        var isSpelledSo = next.StartsWith(origin, StringComparison.OrdinalIgnoreCase)
            && (next.Length == origin.Length || next[origin.Length] is '/' or '?' or '#');
        return isSpelledSo ? new ReturnAddress(next) : null;
    }

    /// <summary>Printable ASCII without what browsers turn into something else: a backslash is a slash to them, a tab is nothing.</summary>
    private static bool IsPlain(char character) => character is > ' ' and < '\u007f' and not ('\\' or '"' or '<' or '>' or '`');
}
