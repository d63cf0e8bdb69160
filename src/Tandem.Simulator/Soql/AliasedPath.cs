namespace Tandem.Simulator.Soql;

/// <summary>A parent that FROM gives a short name: <c>FROM Contact c, c.Account a</c>.</summary>
internal sealed record AliasedPath(string Alias, FieldPath Path);
