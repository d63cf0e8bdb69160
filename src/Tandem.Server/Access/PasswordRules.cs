using Tandem.Sync.Catalog;

namespace Tandem.Server.Access;

/// <summary>
/// What a password must be, after NIST SP 800-63B: long, not what anybody would try first, and no demands on its characters.
/// </summary>
internal static class PasswordRules
{
    public const int Shortest = 12;

    /// <summary>Longer ones would only be work for the server.</summary>
    public const int Longest = 256;

    private const int FewestCharacters = 4;

    /// <summary>Shorter names are part of many words.</summary>
    private const int ShortestName = 4;

    /// <summary>What remains once the name is taken out must still be worth guessing.</summary>
    private const int ShortestBesidesName = 8;

    /// <exception cref="ConfigurationException">It is refused; the sentence says why and does not show it.</exception>
    public static void Check(string password, string name, string? email)
    {
        ArgumentNullException.ThrowIfNull(password);
        var length = password.EnumerateRunes().Count();
        if (length < Shortest || password.Length > Longest)
            throw new ConfigurationException($"The password: expected {Shortest} to {Longest} characters, found {length}.");
        if (Rest(password, name, email) < ShortestBesidesName)
        {
            throw new ConfigurationException(
                "The password: expected more than the user's name or e-mail address with a few characters beside it.");
        }

        if (password.EnumerateRunes().Distinct().Count() < FewestCharacters || IsSequence(password))
            throw new ConfigurationException("The password: expected something else than a few characters repeated or counted through.");
    }

    private static int Rest(string password, string name, string? email)
    {
        var rest = password;
        foreach (var known in new[] { email, email?.Split('@')[0], name }.OfType<string>().Where(known => known.Length >= ShortestName))
            rest = rest.Replace(known, "", StringComparison.OrdinalIgnoreCase);
        return rest.Length;
    }

    private static bool IsSequence(string password)
    {
        var step = password[1] - password[0];
        // One break: counting goes from 9 to 0.
        return Enumerable.Range(1, password.Length - 1).Count(at => password[at] - password[at - 1] != step) <= 1;
    }
}
