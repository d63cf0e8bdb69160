namespace Tandem.Server.EmbeddedPostgres;

/// <summary>
/// The account under which the server runs: our own, or, because PostgreSQL refuses to run as root, an unprivileged one.
/// The embedded Postgres starts its programs with it and gives it the files that the server reads and writes.
/// </summary>
internal sealed record ServerAccount
{
    private static readonly string[] Unprivileged = ["postgres", "nobody"];

    /// <summary>The account to switch to; null when the program's own will do.</summary>
    public required string? UserName { get; init; }

    public static async Task<ServerAccount> ChooseAsync(CancellationToken cancellationToken)
    {
        var own = new ServerAccount { UserName = null };
        if (!Environment.IsPrivilegedProcess)
        {
            return own;
        }

        foreach (var name in Unprivileged)
        {
            if ((await RunAsync("id", ["-u", name], own, "/", cancellationToken)).IsSuccess)
            {
                return new ServerAccount { UserName = name };
            }
        }

        throw new EmbeddedPostgresException(
            $"PostgreSQL does not run as root, and no account to run it was found: expected {string.Join(" or ", Unprivileged)}.");
    }

    /// <summary>Hands one file or folder, not what is in it, to the account.</summary>
    public async Task OwnAsync(string path, CancellationToken cancellationToken)
    {
        if (UserName is null)
        {
            return;
        }

        var result = await RunAsync("chown", ["-h", UserName, path], new ServerAccount { UserName = null }, "/", cancellationToken);
        if (!result.IsSuccess)
        {
            throw new EmbeddedPostgresException($"{path} cannot be given to the account {UserName}: {result.Output}");
        }
    }

    /// <summary>Throws a sentence when the account cannot enter the folder, as it cannot below root's home.</summary>
    public async Task CheckReachesAsync(string folder, CancellationToken cancellationToken)
    {
        if (UserName is not null && !(await RunAsync("test", ["-x", folder], this, "/", cancellationToken)).IsSuccess)
        {
            throw new EmbeddedPostgresException(
                $"The data folder {folder} cannot be reached by the account {UserName}, under which PostgreSQL runs "
                + "when Tandem runs as root. "
                + $"Choose a folder whose parents are open to everybody, such as {EmbeddedPostgresOptions.DefaultDataFolder}.");
        }
    }

    private static Task<ToolResult> RunAsync(
        string program, IReadOnlyList<string> arguments, ServerAccount account, string folder, CancellationToken cancellationToken) =>
        ToolRun.RunAsync(program, arguments, account, folder, new Dictionary<string, string>(StringComparer.Ordinal), cancellationToken);
}
