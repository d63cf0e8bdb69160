namespace Tandem.Server.Demo;

/// <summary>How large and how lively the demo is.</summary>
public sealed record DemoOptions
{
    /// <summary>Contacts in the org; accounts and opportunities come in proportion.</summary>
    public int Rows { get; init; } = 10_000;

    public int Seed { get; init; } = 1;

    /// <summary>The org's port; 0 takes a free one.</summary>
    public int OrgPort { get; init; } = 8700;

    /// <summary>The port of the REST API; 0 takes a free one, null serves none.</summary>
    public int? ApiPort { get; init; }

    /// <summary>The token that opens the REST API.</summary>
    public string ApiToken { get; init; } = "";

    /// <summary>Changes per second on each side; 0 leaves that to the person.</summary>
    public int Activity { get; init; }

    /// <summary>The database to use; null starts an embedded one.</summary>
    public string? DatabaseUrl { get; init; }

    /// <summary>Where the embedded database keeps its files; null takes the usual place.</summary>
    public string? DataFolder { get; init; }

    public string Schema { get; init; } = "salesforce";
}
