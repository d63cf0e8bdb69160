using System.Text.Json;
using Tandem.Salesforce.Http;
using Tandem.Salesforce.Soql;

namespace Tandem.Salesforce.Auth;

/// <summary>
/// Tells who the user is that the client acts as, and what the user may do everywhere. Asks the org itself and not the shared login host,
/// so that the token stays where it came from. Source: salesforce-api.md, section 1.10.
/// </summary>
public sealed class IdentityClient
{
    private readonly ApiConnection _connection;
    private readonly SoqlClient _soql;
    private readonly SessionKeeper _sessions;

    internal IdentityClient(ApiConnection connection, SoqlClient soql, SessionKeeper sessions)
    {
        _connection = connection;
        _soql = soql;
        _sessions = sessions;
    }

    public async Task<UserIdentity> ReadAsync(CancellationToken cancellationToken)
    {
        var identity = (await _sessions.GetAsync(stale: null, cancellationToken)).Identity;
        using var document = await _connection.GetAsync(
            $"/id/{identity.OrganizationId}/{identity.UserId}?format=json", cancellationToken);
        try
        {
            return new UserIdentity
            {
                OrganizationId = document.Root.RequiredId("organization_id"),
                UserId = document.Root.RequiredId("user_id"),
                Username = document.Root.RequiredText("username"),
                Answer = document.Root.GetRawText(),
            };
        }
        catch (JsonException exception)
        {
            throw new SalesforceException(
                SalesforceErrorCodes.UnexpectedAnswer,
                $"{identity.InstanceUrl.Host} told of the user without a usable organization_id, user_id and username.",
                exception);
        }
    }

    /// <summary>The permissions of the user's profile; null when the user may not see them.</summary>
    public async Task<ProfilePermissions?> ReadProfileAsync(CancellationToken cancellationToken)
    {
        var identity = (await _sessions.GetAsync(stale: null, cancellationToken)).Identity;
        using var page = await FindPageAsync(
            "SELECT Profile.Id, Profile.PermissionsModifyAllData, Profile.PermissionsViewAllData, Profile.PermissionsViewAllUsers"
            + $" FROM User WHERE Id = {SoqlText.Literal(identity.UserId.Value)}",
            cancellationToken);
        return page?.Records.Select(ReadProfile).FirstOrDefault();
    }

    /// <summary>
    /// Whether the user's permission sets let the user see all records, by "View All Data" or "Modify All Data"; null when the user may not
    /// see that.
    /// </summary>
    public async Task<bool?> ViewsAllDataBySetAsync(CancellationToken cancellationToken)
    {
        var identity = (await _sessions.GetAsync(stale: null, cancellationToken)).Identity;
        using var page = await FindPageAsync(
            $"SELECT Id FROM PermissionSetAssignment WHERE AssigneeId = {SoqlText.Literal(identity.UserId.Value)}"
            + " AND (PermissionSet.PermissionsViewAllData = true OR PermissionSet.PermissionsModifyAllData = true) LIMIT 1",
            cancellationToken);
        return page is null ? null : page.Records.Count > 0;
    }

    /// <summary>Null when the user may not ask this, or the version does not know it.</summary>
    private async Task<QueryPage?> FindPageAsync(string soql, CancellationToken cancellationToken)
    {
        try
        {
            return await _soql.FirstPageAsync(soql, includeDeleted: false, cancellationToken);
        }
        catch (SalesforceException exception) when (exception.Code is SalesforceErrorCodes.InvalidField or SalesforceErrorCodes.InvalidType
            or SalesforceErrorCodes.InsufficientAccess or SalesforceErrorCodes.InsufficientAccessOrReadonly)
        {
            return null;
        }
    }

    private static ProfilePermissions? ReadProfile(JsonElement user)
        => user.TryGetProperty("Profile", out var profile) && SalesforceId.TryParse(profile.Text("Id"), out var id)
            ? new ProfilePermissions
            {
                Id = id,
                ModifiesAllData = profile.Flag("PermissionsModifyAllData"),
                ViewsAllData = profile.Flag("PermissionsViewAllData"),
                ViewsAllUsers = profile.Flag("PermissionsViewAllUsers"),
            }
            : null;
}
