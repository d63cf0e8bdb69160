using System.Text.Json.Nodes;

namespace Tandem.Server.Api.V3;

/// <summary>
/// The connections that a client finds. There is one page, one region and one cell here. Source: heroku-connect.md, section 12.2.
/// </summary>
internal sealed record ConnectionList(IReadOnlyList<ConnectionListing> Results)
{
    public int Count => Results.Count;

    public string? Next { get; }

    public string? Previous { get; }

    public JsonObject Regions { get; } = [];

    public JsonObject Cells { get; } = [];
}
