namespace Tandem.Server.Api.V1;

/// <summary>Whose value stands.</summary>
internal enum ConflictWinner
{
    /// <summary>The row's.</summary>
    Local,

    /// <summary>The record's.</summary>
    Salesforce,
}
