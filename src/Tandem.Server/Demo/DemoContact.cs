namespace Tandem.Server.Demo;

/// <summary>What the demo looks at of a contact, on either side.</summary>
public sealed record DemoContact(string? Id, string? Title);
