namespace Tandem.Server.Api.V1;

/// <summary>What becomes of text that is longer than its field.</summary>
internal enum LongTextChoice
{
    /// <summary>Salesforce refuses it.</summary>
    Refuse,

    /// <summary>It is cut.</summary>
    Cut,
}
