using System.ComponentModel;
using System.Diagnostics;

namespace Tandem.Server.EmbeddedPostgres;

/// <summary>Runs a program to its end and keeps what it printed; the embedded Postgres uses it for initdb, pg_ctl and their like.</summary>
internal static class ToolRun
{
    /// <summary>Runs the program in English and as the given account, in a folder that the account can reach.</summary>
    public static async Task<ToolResult> RunAsync(
        string program,
        IReadOnlyList<string> arguments,
        ServerAccount account,
        string workingFolder,
        IReadOnlyDictionary<string, string> environment,
        CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Locate(program), arguments)
        {
            UseShellExecute = false,
            WorkingDirectory = workingFolder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        if (account.UserName is { } userName)
        {
            start.UserName = userName;
            start.Environment["HOME"] = workingFolder;
        }

        // Variables of the caller such as PGPORT or PGDATA would redirect the programs to another server.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("PG", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(name);
        }

        start.Environment["LC_ALL"] = "C";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Start(start);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        try
        {
            await process.WaitForExitAsync(cancellationToken);
            return new ToolResult { ExitCode = process.ExitCode, Output = (await output + await errors).Trim() };
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }
    }

    /// <summary>The first line that a program prints about itself; null when it cannot run.</summary>
    public static string? FirstLine(string program, string argument)
    {
        try
        {
            using var process = Start(new ProcessStartInfo(program, [argument])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            });
            var line = process.StandardOutput.ReadLine();
            process.WaitForExit();
            return line;
        }
        catch (EmbeddedPostgresException)
        {
            return null;
        }
    }

    /// <summary>
    /// The runtime would look in the present folder before the PATH, where a file that happens to be called <c>test</c> is not the
    /// system's.
    /// </summary>
    private static string Locate(string program) => Path.IsPathRooted(program)
        ? program
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists) ?? program;

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start) ?? throw new EmbeddedPostgresException($"The program {start.FileName} did not start.");
        }
        catch (Win32Exception exception)
        {
            throw new EmbeddedPostgresException($"The program {start.FileName} cannot run: {exception.Message}.", exception);
        }
    }
}
