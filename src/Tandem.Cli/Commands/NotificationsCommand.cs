using System.CommandLine;
using System.Text.Json.Nodes;
using Tandem.Cli.Remote;

namespace Tandem.Cli.Commands;

/// <summary>
/// <c>tandem notifications</c>: what a person should know of a connection, until it is acknowledged.
/// Source: heroku-connect.md, sections 12.3 and 12.10.
/// </summary>
internal static class NotificationsCommand
{
    public static Command Build()
    {
        var acknowledge = new Option<bool>("--acknowledge") { Description = "Acknowledges what it lists." };
        var filter = new NotificationWords();
        var command = ApiCommand.Build(
            "notifications",
            "Lists what a person should know of a connection.",
            (api, connection, parsed, cancellationToken) =>
                ListAsync(api, connection, parsed, filter, parsed.GetValue(acknowledge), cancellationToken),
            ConnectionScreen.ShowNotifications,
            [acknowledge, .. filter.All]);
        command.Subcommands.Add(BuildAcknowledge());
        return command;
    }

    private static Command BuildAcknowledge()
    {
        var filter = new NotificationWords();
        return ApiCommand.Build(
            "acknowledge",
            "Acknowledges notifications: all, or those that the words choose.",
            (api, connection, parsed, cancellationToken) => AcknowledgeAsync(api, connection, filter.Read(parsed), cancellationToken),
            _ => Console.WriteLine("Acknowledged."),
            [.. filter.All]);
    }

    private static async Task<JsonNode> ListAsync(
        ApiClient api,
        JsonNode connection,
        ParseResult parsed,
        NotificationWords filter,
        bool acknowledges,
        CancellationToken cancellationToken)
    {
        var listed = await api.GetAsync(ApiCommand.PathOf(connection, $"/notifications{filter.Read(parsed)}"), cancellationToken);

        // What came after the list was read has not been seen.
        var newest = listed["results"]?.AsArray().FirstOrDefault()?["created_at"]?.GetValue<DateTimeOffset>();
        if (acknowledges && newest is { } seen)
            await AcknowledgeAsync(api, connection, filter.Read(parsed, before: seen.AddMilliseconds(1)), cancellationToken);
        return listed;
    }

    private static Task<JsonNode> AcknowledgeAsync(
        ApiClient api, JsonNode connection, string filter, CancellationToken cancellationToken) => api.SendAsync(
            HttpMethod.Post, ApiCommand.PathOf(connection, $"/notifications/acknowledge{filter}"), body: null, cancellationToken);
}
