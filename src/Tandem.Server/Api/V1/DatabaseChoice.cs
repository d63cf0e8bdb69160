using Microsoft.AspNetCore.Http;
using Tandem.Server.Hosting;

namespace Tandem.Server.Api.V1;

/// <summary>The database that a request chooses for a connection: by the name of a variable of the server, or by its address.</summary>
/// <param name="Key">Under which the connection has it.</param>
/// <param name="Url">Its address.</param>
internal sealed record DatabaseChoice(string Key, string Url)
{
    /// <summary>The address as it is stored; null where the key leads to it.</summary>
    public string? StoredUrl { get; private init; }

    /// <returns>Null when none is chosen, or it is refused.</returns>
    /// <exception cref="ApiException">The caller may not choose one by its address.</exception>
    public static DatabaseChoice? Read(ApiContext api, HttpContext http, string? url, string? key, Problems problems)
    {
        if (url is not null && key is not null)
            problems.Add("database_url", "Expected either this or db_key, found both.");
        else if (key is not null)
            return ReadKey(api, http, key, problems);
        if (url is null || key is not null)
            return null;
        if (!ApiContext.CallerOf(http).IsUnlimited)
            throw ApiException.Forbidden("Only an admin whose token is limited to no app and no connection gives a database's address.");
        if (!api.Fleet.Credentials.CanStore)
        {
            problems.Add(
                "database_url",
                "It could not be stored: the server was started without a master key. Give it TANDEM_KEY_FILE or TANDEM_KEY.");
        }

        DatabaseChoice? choice = null;
        problems.Try("database_url", () => choice = new DatabaseChoice(DatabaseWords.Describe(url), url) { StoredUrl = url });
        return choice;
    }

    private static DatabaseChoice? ReadKey(ApiContext api, HttpContext http, string key, Problems problems)
    {
        DatabaseChoice? choice = null;
        problems.Try("db_key", () => choice = new DatabaseChoice(key, api.FindDatabase(http, key)));
        return choice;
    }
}
