namespace Tandem.Tests.Integration.ChaosPush;

/// <summary>By what a row names its parent.</summary>
internal enum ParentWay
{
    Sfid,
    LocalId,
    Key,
}
