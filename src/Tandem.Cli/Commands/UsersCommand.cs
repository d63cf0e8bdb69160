using System.CommandLine;
using Tandem.Server.Access;
using Tandem.Sync.Catalog.Access;

namespace Tandem.Cli.Commands;

/// <summary><c>tandem users</c>: looks after the people who sign in by password, in the catalogue; needs no running server.</summary>
internal static class UsersCommand
{
    public static Command Build() => new("users", "Adds, lists and removes the people who sign in by password.")
    {
        BuildAdd(), BuildList(), BuildPassword(), BuildRemove(),
    };

    private static Command BuildAdd()
    {
        var name = Name();
        var email = new Option<string?>("--email") { Description = "The e-mail address, by which the user may sign in too." };
        var role = new Option<string>("--role") { Description = "What the user may do: read or admin.", DefaultValueFactory = _ => "read" };
        role.TakeOneOf("read", "admin");
        return Build(
            "add",
            "Adds a user; asks for the password, or reads it from standard input.",
            [name],
            [email, role],
            async (users, parsed, cancellationToken) =>
            {
                var asked = new NewUser
                {
                    Name = parsed.GetRequiredValue(name),
                    Email = parsed.GetValue(email),
                    Role = AccessScopes.Parse(parsed.GetRequiredValue(role)),
                };
                var password = await PasswordEntry.ReadAsync(cancellationToken);
                return await users.AddAsync(asked, password, AccessTarget.Person, cancellationToken);
            },
            "Added");
    }

    private static Command BuildPassword()
    {
        var name = Name();
        return Build(
            "password",
            "Gives a user another password and signs the user out everywhere.",
            [name],
            [],
            async (users, parsed, cancellationToken) => await users.SetPasswordAsync(
                parsed.GetRequiredValue(name), await PasswordEntry.ReadAsync(cancellationToken), AccessTarget.Person, cancellationToken),
            "Changed the password of");
    }

    private static Command BuildRemove()
    {
        var name = Name();
        return Build(
            "remove",
            "Removes a user, who is signed out everywhere.",
            [name],
            [],
            (users, parsed, cancellationToken) =>
                users.RemoveAsync(parsed.GetRequiredValue(name), AccessTarget.Person, cancellationToken),
            "Removed");
    }

    private static Command BuildList()
    {
        var target = new AccessTarget();
        var command = new Command("list", "Lists the users.");
        target.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var found = await target.Open(parsed).OnUsersAsync(users => users.ListAsync(cancellationToken), cancellationToken);
            if (!target.PrintsJson(parsed, found))
                AccessScreen.Show(Screens.Open(), found);
            return 0;
        });
        return command;
    }

    private static Argument<string> Name() => new("NAME") { Description = "The user's name." };

    private static Command Build(
        string word,
        string description,
        IReadOnlyList<Argument> arguments,
        IReadOnlyList<Option> options,
        Func<LocalUsers, ParseResult, CancellationToken, Task<LocalUser>> work,
        string done)
    {
        var target = new AccessTarget();
        var command = new Command(word, description);
        foreach (var argument in arguments)
            command.Arguments.Add(argument);
        foreach (var option in options)
            command.Options.Add(option);
        target.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var user = await target.Open(parsed).OnUsersAsync(users => work(users, parsed, cancellationToken), cancellationToken);
            if (!target.PrintsJson(parsed, user))
                Console.WriteLine($"{done} {user.Name}.");
            return 0;
        });
        return command;
    }
}
