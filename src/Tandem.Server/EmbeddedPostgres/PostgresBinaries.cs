using System.Globalization;

namespace Tandem.Server.EmbeddedPostgres;

/// <summary>
/// The server programs of one PostgreSQL installation, found on PATH or where the usual packages put them.
/// The embedded Postgres runs them; the test harness asks whether there are any.
/// </summary>
public sealed record PostgresBinaries
{
    private const int OldestMajorVersion = 13;

    private static readonly string[] Programs = ["initdb", "pg_ctl", "postgres", "createdb"];

    public required string Folder { get; init; }

    public required int MajorVersion { get; init; }

    public string InitDb => Path.Combine(Folder, "initdb");

    public string PgCtl => Path.Combine(Folder, "pg_ctl");

    public string CreateDb => Path.Combine(Folder, "createdb");

    /// <summary>The newest installation; throws a sentence that says what to install when there is none.</summary>
    public static PostgresBinaries Find() => FindAll() is [var first, ..] ? first : throw new EmbeddedPostgresException(NoneFound());

    /// <summary>Every installation in the usual places, PATH first, then by version from new to old.</summary>
    public static IReadOnlyList<PostgresBinaries> FindAll()
    {
        var found = new List<PostgresBinaries>();
        foreach (var folder in FoldersOnPath().Concat(UsualFolders()))
        {
            if (found.TrueForAll(binaries => !string.Equals(binaries.Folder, folder, StringComparison.Ordinal))
                && TryRead(folder) is { } binaries
                && binaries.MajorVersion >= OldestMajorVersion)
            {
                found.Add(binaries);
            }
        }

        return found;
    }

    /// <summary>The installation in one folder; throws a sentence that names what is missing there.</summary>
    public static PostgresBinaries At(string folder)
    {
        var missing = Programs.Where(program => !File.Exists(Path.Combine(folder, program))).ToArray();
        if (missing.Length > 0)
        {
            throw new EmbeddedPostgresException(
                $"The folder {folder} holds no PostgreSQL server: expected {string.Join(", ", Programs)}, missing "
                + $"{string.Join(", ", missing)}.");
        }

        var binaries = TryRead(folder)
            ?? throw new EmbeddedPostgresException($"The program {Path.Combine(folder, "postgres")} does not tell its version.");
        return binaries.MajorVersion >= OldestMajorVersion
            ? binaries
            : throw new EmbeddedPostgresException(
                $"The folder {folder} holds PostgreSQL {binaries.MajorVersion}; Tandem needs {OldestMajorVersion} or newer.");
    }

    private static IEnumerable<string> FoldersOnPath()
    {
        var path = Environment.GetEnvironmentVariable("PATH") ?? string.Empty;
        foreach (var folder in path.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            var program = Path.Combine(folder, "pg_ctl");
            if (File.Exists(program))
            {
                // A link on PATH leads to the folder where the programs stand together.
                yield return Path.GetDirectoryName(File.ResolveLinkTarget(program, returnFinalTarget: true)?.FullName) ?? folder;
            }
        }
    }

    private static IEnumerable<string> UsualFolders() =>
    [
        .. Versions("/usr/lib/postgresql", "*", "bin"),
        .. Versions("/usr", "pgsql-*", "bin"),
        .. Versions("/usr/local", "pgsql*", "bin"),
        .. Versions("/opt/homebrew/opt", "postgresql*", "bin"),
        .. Versions("/usr/local/opt", "postgresql*", "bin"),
        .. Versions("/home/linuxbrew/.linuxbrew/opt", "postgresql*", "bin"),
        .. Versions("/Applications/Postgres.app/Contents/Versions", "*", "bin"),
    ];

    private static IEnumerable<string> Versions(string parent, string pattern, string child) => Directory.Exists(parent)
        ? Directory.EnumerateDirectories(parent, pattern).Select(folder => Path.Combine(folder, child)).OrderByDescending(TrailingNumber)
        : [];

    private static int TrailingNumber(string binFolder)
    {
        var name = Path.GetFileName(Path.GetDirectoryName(binFolder)) ?? string.Empty;
        var digits = name[(name.LastIndexOfAny(['@', '-']) + 1)..];
        return decimal.TryParse(digits, CultureInfo.InvariantCulture, out var version) ? (int)version : 0;
    }

    private static PostgresBinaries? TryRead(string folder)
    {
        if (!Array.TrueForAll(Programs, program => File.Exists(Path.Combine(folder, program))))
        {
            return null;
        }

        var version = ToolRun.FirstLine(Path.Combine(folder, "postgres"), "--version");
        return ParseMajorVersion(version) is { } major ? new PostgresBinaries { Folder = folder, MajorVersion = major } : null;
    }

    /// <summary>Reads "postgres (PostgreSQL) 16.2 (Debian ...)" or "17beta1"; null when it is neither.</summary>
    internal static int? ParseMajorVersion(string? version)
    {
        var number = version?.Split(' ')
            .SkipWhile(word => !word.StartsWith("(PostgreSQL)", StringComparison.Ordinal))
            .Skip(1)
            .FirstOrDefault();
        var digits = new string([.. (number ?? string.Empty).TakeWhile(char.IsAsciiDigit)]);
        return int.TryParse(digits, CultureInfo.InvariantCulture, out var major) ? major : null;
    }

    private static string NoneFound() =>
        $"No PostgreSQL server {OldestMajorVersion} or newer was found on PATH or in the usual places. Set "
        + "DATABASE_URL to use a database of yours, "
        + "or install the server: "
        + (OperatingSystem.IsMacOS()
            ? "brew install postgresql@17"
            : "apt-get install postgresql (Debian, Ubuntu) or dnf install postgresql-server (Fedora)")
        + ".";
}
