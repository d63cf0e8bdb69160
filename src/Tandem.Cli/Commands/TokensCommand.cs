using System.CommandLine;
using Tandem.Server.Access;
using Tandem.Sync.Catalog.Access;

namespace Tandem.Cli.Commands;

/// <summary><c>tandem tokens</c>: makes, lists and revokes API tokens in the catalogue; needs no running server.</summary>
internal static class TokensCommand
{
    private const int MostDays = 3_650;

    public static Command Build() => new("tokens", "Makes, lists and revokes the tokens by which programs use the API.")
    {
        BuildCreate(), BuildList(), BuildRevoke(),
    };

    private static Command BuildCreate()
    {
        var name = new Argument<string>("NAME") { Description = "What the token is for; unique." };
        var scope = new Option<string>("--scope") { Description = "What it may do: read or admin.", DefaultValueFactory = _ => "read" };
        scope.TakeOneOf("read", "admin");
        var app = new Option<string?>("--app") { Description = "Only the connections of this app." };
        var connection = new Option<string?>("--connection") { Description = "Only this connection, by its name or id." };
        var days = WholeNumber.OptionWithoutDefault("--days", "How long it counts; without it, until it is revoked.", 1, MostDays);
        var target = new AccessTarget();
        var command = new Command("create", "Makes a token and prints it, once.") { name, scope, app, connection, days };
        target.AddTo(command);
        command.SetAction((parsed, cancellationToken) => target.Open(parsed).OnTokensAsync(
            async tokens =>
            {
                var asked = new NewToken
                {
                    Name = parsed.GetRequiredValue(name),
                    Scope = AccessScopes.Parse(parsed.GetRequiredValue(scope)),
                    AppName = parsed.GetValue(app),
                    ConnectionId = parsed.GetValue(connection) is { } word
                        ? await tokens.FindConnectionIdAsync(word, cancellationToken)
                        : null,
                    ExpiresAt = parsed.GetValue(days) is { } span ? TimeProvider.System.GetUtcNow().AddDays(span) : null,
                };
                var issued = await tokens.CreateAsync(asked, AccessTarget.Person, cancellationToken);
                if (!target.PrintsJson(parsed, issued))
                {
                    Console.WriteLine(issued.Secret);
                    await Console.Error.WriteLineAsync("Keep it now: it is stored nowhere and cannot be shown again.");
                }

                return 0;
            },
            cancellationToken));
        return command;
    }

    private static Command BuildList()
    {
        var target = new AccessTarget();
        var command = new Command("list", "Lists the tokens that are not revoked.");
        target.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var found = await target.Open(parsed).OnTokensAsync(tokens => tokens.ListAsync(cancellationToken), cancellationToken);
            if (!target.PrintsJson(parsed, found))
                AccessScreen.Show(Screens.Open(), found);
            return 0;
        });
        return command;
    }

    private static Command BuildRevoke()
    {
        var name = new Argument<string>("NAME") { Description = "The token's name or id." };
        var target = new AccessTarget();
        var command = new Command("revoke", "Ends a token at once.") { name };
        target.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var revoked = await target.Open(parsed).OnTokensAsync(
                tokens => tokens.RevokeAsync(parsed.GetRequiredValue(name), AccessTarget.Person, cancellationToken), cancellationToken);
            if (!target.PrintsJson(parsed, revoked))
                Console.WriteLine($"Revoked {revoked.Name}.");
            return 0;
        });
        return command;
    }
}
