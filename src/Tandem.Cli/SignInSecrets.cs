using System.Text.Json.Nodes;
using Tandem.Sync.Catalog;

namespace Tandem.Cli;

/// <summary>
/// How a connection signs in, from the secrets of the environment: one way of reading them for the commands that sign in themselves and for
/// those that hand the secrets to a server.
/// </summary>
internal static class SignInSecrets
{
    /// <summary>As version 1 of the REST API takes it.</summary>
    /// <param name="flow">client-credentials, jwt or refresh-token.</param>
    /// <exception cref="ConfigurationException">A variable is not set, or names a file that cannot be read.</exception>
    public static JsonObject Read(string flow)
    {
        var clientId = Require("TANDEM_CLIENT_ID", "every way of signing in needs it.");
        return flow switch
        {
            "jwt" => new JsonObject
            {
                ["kind"] = "jwt_bearer",
                ["client_id"] = clientId,
                ["user_name"] = Require("TANDEM_USERNAME", "signing in by JWT needs it."),
                ["private_key"] = ReadKey(),
                ["audience"] = Audience,
            },
            "refresh-token" => new JsonObject
            {
                ["kind"] = "refresh_token",
                ["client_id"] = clientId,
                ["client_secret"] = Secret,
                ["refresh_token"] = Require("TANDEM_REFRESH_TOKEN", "signing in by refresh token needs it."),
            },
            _ => new JsonObject
            {
                ["kind"] = "client_credentials",
                ["client_id"] = clientId,
                ["client_secret"] = Require("TANDEM_CLIENT_SECRET", "signing in by client credentials needs it."),
            },
        };
    }

    /// <summary>Null for a connected app that has none.</summary>
    public static string? Secret => Environment.GetEnvironmentVariable("TANDEM_CLIENT_SECRET");

    /// <summary>Whom a signed assertion is for.</summary>
    public static string Audience => Environment.GetEnvironmentVariable("TANDEM_AUDIENCE") ?? "https://login.salesforce.com";

    /// <exception cref="ConfigurationException">The variable is not set; the sentence says why it is wanted.</exception>
    public static string Require(string variable, string why) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value
        ? value
        : throw new ConfigurationException($"{variable} is not set: {why}");

    /// <summary>The private key in PEM form.</summary>
    /// <exception cref="ConfigurationException">There is no such file, or it cannot be read.</exception>
    public static string ReadKey()
    {
        var file = Require("TANDEM_PRIVATE_KEY_FILE", "signing in by JWT needs the file of the private key.");
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"TANDEM_PRIVATE_KEY_FILE: the file {file} cannot be read.", exception);
        }
    }
}
