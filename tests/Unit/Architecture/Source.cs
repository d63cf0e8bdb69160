using System.Text.RegularExpressions;
using Tandem.Testing;

namespace Tandem.Tests.Unit.Architecture;

/// <summary>
/// The files of the repository as the tests of the codebase read them: paths from the root, texts, and C# without comments or literals.
/// </summary>
internal static partial class Source
{
    private static readonly string[] Skipped = ["artifacts", "node_modules", ".git", ".vs", ".idea", "bin", "obj", "dist"];

    /// <summary>Paths from the root, with forward slashes, of every file below the given folder.</summary>
    public static IReadOnlyList<string> Files(string folder, params string[] extensions)
    {
        var files = new List<string>();
        Walk(new DirectoryInfo(RepositoryRoot.Combine(folder)));
        return files;

        void Walk(DirectoryInfo directory)
        {
            foreach (var file in directory.EnumerateFiles().Where(file => extensions.Length == 0 || extensions.Contains(file.Extension)))
            {
                files.Add(Path.GetRelativePath(RepositoryRoot.Folder, file.FullName).Replace('\\', '/'));
            }

            foreach (var child in directory.EnumerateDirectories().Where(child => !Skipped.Contains(child.Name)))
            {
                Walk(child);
            }
        }
    }

    public static string Text(string path) => File.ReadAllText(RepositoryRoot.Combine(path));

    public static string[] Lines(string path) => File.ReadAllLines(RepositoryRoot.Combine(path));

    /// <summary>The text with the content of comments, strings and characters blanked, line breaks kept: what is left is code.</summary>
    public static string CodeOnly(string text) =>
        CommentOrLiteral().Replace(text, match => match.Value[0] == '/' ? Blank(match.Value) : "\"" + Blank(match.Value)[1..]);

    /// <summary>The string literals of a C# text, without their quotes.</summary>
    public static IEnumerable<string> Literals(string text) => CommentOrLiteral().Matches(text)
        .Select(match => match.Value)
        .Where(value => value[0] is not '/' and not '\'')
        .Select(value => value.TrimStart('$', '@').Trim('"'));

    private static string Blank(string value) => string.Concat(value.Select(letter => letter == '\n' ? '\n' : ' '));

    // In this order: comments, raw strings, verbatim strings, strings, characters.
    [GeneratedRegex(
        """
        //[^\n]*|/\*.*?\*/|\$*(?<q>"{3,}).*?\k<q>(?!")|(?:\$@|@\$|@)"(?:[^"]|"")*"|\$?"(?:\\.|[^"\\\n])*"|'(?:\\.[^']*|[^'\\\n])'
        """,
        RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex CommentOrLiteral();
}
