using System.Globalization;
using Spectre.Console;
using Tandem.Sync.Catalog.Access;

namespace Tandem.Cli;

/// <summary>Tokens and users as a person reads them.</summary>
internal static class AccessScreen
{
    public static void Show(IAnsiConsole console, IReadOnlyList<ApiToken> tokens)
    {
        var table = new Table().SimpleBorder().AddColumns("Name", "Scope", "Limited to", "Expires", "Last used");
        foreach (var token in tokens)
        {
            table.AddRow(
                Markup.Escape(token.Name),
                AccessScopes.Word(token.Scope),
                Markup.Escape(token.AppName is { } app ? $"app {app}" : token.ConnectionId is { } id ? $"connection {id}" : ""),
                Moment(token.ExpiresAt, "never"),
                Moment(token.LastUsedAt, "never"));
        }

        console.Write(table);
    }

    public static void Show(IAnsiConsole console, IReadOnlyList<LocalUser> users)
    {
        var table = new Table().SimpleBorder().AddColumns("Name", "E-mail", "Role", "Signed in");
        foreach (var user in users)
        {
            table.AddRow(
                Markup.Escape(user.Name), Markup.Escape(user.Email ?? ""), AccessScopes.Word(user.Role), Moment(user.SignedInAt, "never"));
        }

        console.Write(table);
    }

    private static string Moment(DateTimeOffset? moment, string none) =>
        moment is { } at ? at.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture) : none;
}
