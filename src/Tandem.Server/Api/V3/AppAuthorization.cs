using System.Text.Json.Nodes;

namespace Tandem.Server.Api.V3;

/// <summary>
/// What a client learns as it begins with an app: who it is, and the app's connections. Source: heroku-connect.md, section 12.2.
/// </summary>
internal sealed record AppAuthorization(AppUser User, IReadOnlyList<ConnectionListing> Connections)
{
    public JsonObject Regions { get; } = [];

    public JsonObject Cells { get; } = [];
}
