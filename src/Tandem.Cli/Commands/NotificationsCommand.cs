using System.CommandLine;
using System.Text.Json.Nodes;
using Tandem.Cli.Remote;

namespace Tandem.Cli.Commands;

/// <summary><c>tandem notifications</c>: what a person should know of a connection, until it is acknowledged.</summary>
internal static class NotificationsCommand
{
    private static readonly Option<bool> Acknowledge = new("--acknowledge") { Description = "Acknowledges what it lists." };

    private static readonly Option<string?> Type = new("--event-type") { Description = "Only those of this type." };

    public static Command Build() => ApiCommand.Build(
        "notifications",
        "Lists what a person should know of a connection.",
        AskAsync,
        ConnectionScreen.ShowNotifications,
        Acknowledge,
        Type);

    private static async Task<JsonNode> AskAsync(
        ApiClient api, JsonNode connection, ParseResult parsed, CancellationToken cancellationToken)
    {
        var filter = $"?event_type={Uri.EscapeDataString(parsed.GetValue(Type) ?? "")}";
        var listed = await api.GetAsync(ApiCommand.PathOf(connection, $"/notifications{filter}"), cancellationToken);

        // What came after the list was read has not been seen.
        var newest = listed["results"]?.AsArray().FirstOrDefault()?["created_at"]?.GetValue<DateTimeOffset>();
        if (parsed.GetValue(Acknowledge) && newest is { } seen)
        {
            var until = Uri.EscapeDataString(seen.AddMilliseconds(1).ToString("O"));
            await api.SendAsync(
                HttpMethod.Post,
                ApiCommand.PathOf(connection, $"/notifications/acknowledge{filter}&before={until}"),
                body: null,
                cancellationToken);
        }

        return listed;
    }
}
