namespace Tandem.Salesforce.Auth;

/// <summary>What a user's profile allows everywhere in the org; permission sets may allow more.</summary>
public sealed record ProfilePermissions
{
    public required SalesforceId Id { get; init; }

    public required bool ModifiesAllData { get; init; }

    public required bool ViewsAllData { get; init; }

    public required bool ViewsAllUsers { get; init; }
}
