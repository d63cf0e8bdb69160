using System.Globalization;
using System.Text.RegularExpressions;
using Tandem.Server.Secrets;
using Tandem.Sync.Catalog;

namespace Tandem.Server.Hosting;

/// <summary>
/// Where the databases of connections are. A key is DATABASE_URL for the one of the catalogue, the name of another variable of the
/// server's environment, or the place of a database (host:port/name) whose address is stored encrypted with its connection.
/// </summary>
/// <param name="controlUrl">The address of the catalogue's database.</param>
/// <param name="variables">Addresses by the names of variables.</param>
internal sealed partial class DatabaseAddresses(
    string controlUrl, IReadOnlyDictionary<string, string> variables, CredentialStore credentials)
{
    /// <summary>The names by which a person can choose a database.</summary>
    public IReadOnlyList<string> Names => [Connection.ControlDatabase, .. variables.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Null when no such name is known; the addresses of places are told to nobody here.</summary>
    public string? Find(string name) =>
        name == Connection.ControlDatabase ? controlUrl : variables.GetValueOrDefault(name);

    /// <exception cref="ConfigurationException">Nothing is known of its database any more; the sentence says what to do.</exception>
    public async Task<string> FindAsync(Connection connection, CancellationToken cancellationToken)
    {
        var key = connection.DatabaseKey;
        if (Find(key) is { } known)
            return known;
        if (!Place().IsMatch(key))
        {
            throw new ConfigurationException(
                $"{connection.Name}: the server's environment has no variable {key} that holds the address of a database; set it and start "
                + "the server again, or choose another database.");
        }

        return await credentials.FindDatabaseUrlAsync(connection.Id, cancellationToken)
            ?? throw new ConfigurationException($"{connection.Name}: the address of its database {key} is not stored; give it again.");
    }

    /// <summary>Host, database and port, without how to sign in there; nothing of what is not known.</summary>
    public (string? Host, string? Name, int Port) Locate(string key)
    {
        if (Find(key) is { } url)
            return DatabaseWords.Locate(url);
        return Place().Match(key) is { Success: true } place
            ? (place.Groups["host"].Value, place.Groups["name"].Value, int.Parse(place.Groups["port"].Value, CultureInfo.InvariantCulture))
            : (null, null, 0);
    }

    /// <summary>As <see cref="DatabaseWords.Describe"/> writes it; no name of a variable has a colon.</summary>
    [GeneratedRegex("^(?<host>.+?):(?<port>[0-9]{1,5})/(?<name>.+)$", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Place();
}
