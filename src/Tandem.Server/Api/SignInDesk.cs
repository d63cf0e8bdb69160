using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Tandem.Server.Access;
using Tandem.Server.Hosting;
using Tandem.Server.SignIn;
using Tandem.Sync.Catalog;
using Tandem.Sync.Catalog.Access;

namespace Tandem.Server.Api;

/// <summary>
/// Begins sign-ins to Salesforce for connections and stores what comes of them: the encrypted grant, who it was and the note in the audit
/// trail, in one transaction, while nothing of the connection works that could replace the grant by an older one.
/// </summary>
internal sealed class SignInDesk(ConnectionFleet fleet, SignInOptions options, TimeProvider timeProvider, ILoggerFactory loggerFactory)
{
    /// <summary>Where Salesforce sends browsers back to.</summary>
    public const string CallbackPath = "/auth/callback";

    private readonly SignInFlow _flow = new(options, timeProvider, loggerFactory);

    /// <summary>Who began the last sign-in of a connection: the browser that ends it brings no token.</summary>
    private readonly Dictionary<Guid, Actor> _begun = [];

    /// <exception cref="ApiException">It cannot begin as asked.</exception>
    public Uri Begin(SignInRequest request, Caller caller)
    {
        if (!fleet.Credentials.CanStore)
        {
            throw ApiException.BadConfig(
                "A sign-in could not be stored: the server was started without a master key. Give it TANDEM_KEY_FILE or TANDEM_KEY.");
        }

        var start = _flow.Begin(request);
        if (start.Redirect is not { } redirect)
            throw ApiException.BadConfig(start.Refusal ?? "The sign-in cannot begin.");
        lock (_begun)
            _begun[request.ConnectionId] = caller.Actor;
        return redirect;
    }

    /// <returns>Where to send the browser, or a sentence to show it.</returns>
    public async Task<(string? ReturnTo, string? Sentence)> CompleteAsync(SignInAnswer answer, CancellationToken cancellationToken)
    {
        var outcome = await _flow.CompleteAsync(answer, cancellationToken);
        try
        {
            if (outcome.Org is { } org && outcome.ConnectionId is { } id && fleet.Find(id) is { } life
                && !await life.WhileAtRestAsync(() => StoreAsync(life, org, cancellationToken), cancellationToken))
                return (null, "The connection belongs to another org by now; nothing was stored.");
            return (outcome.ReturnTo, outcome.Refusal);
        }
        catch (ConfigurationException exception)
        {
            return (null, $"{exception.Message} Nothing was stored.");
        }
    }

    private Task<bool> StoreAsync(ConnectionLife life, AuthorizedOrg org, CancellationToken cancellationToken)
    {
        Actor actor;
        lock (_begun)
            actor = _begun.GetValueOrDefault(life.Id) ?? Actor.Start;
        return fleet.ChangeAsync(
            async session =>
            {
                var authorization = new Authorization
                {
                    LoginUrl = org.LoginUrl,
                    ApiVersion = org.ApiVersion,
                    OrganizationId = org.OrganizationId.Value,
                    Username = org.Username,
                    UserInfo = org.UserDetails,
                };
                if (!await CatalogDatabase.AuthorizeAsync(session, life.Id, authorization, cancellationToken))
                    return false;
                await fleet.Credentials.SaveSignInAsync(session, life.Id, org.Grant, cancellationToken);
                var entry = new AuditEntry
                {
                    Actor = actor,
                    Action = "connection.authorize",
                    Subject = life.Connection.Name,
                    ConnectionId = life.Id,
                    After = new JsonObject
                    {
                        ["username"] = org.Username,
                        ["organization_id"] = org.OrganizationId.Value,
                        ["login_url"] = org.LoginUrl.ToString(),
                    },
                };
                await AuditTable.AppendAsync(session, entry, cancellationToken);
                return true;
            },
            cancellationToken);
    }
}
