using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace Tandem.Tests.Unit.Architecture;

/// <summary>How a source file looks: its length and width, the one type in it, that type's name and summary.</summary>
public sealed partial class FileShapeTests
{
    private const int LongestInSource = 400;
    private const int LongestInTests = 600;
    private const int Widest = 140;

    private static readonly string[] BannedWords =
        ["Manager", "Helper", "Util", "Utils", "Common", "Core", "Base", "Info", "Impl", "Processor"];

    /// <summary>Files that may be longer, with their length. The list only shrinks.</summary>
    private static readonly Dictionary<string, int> LongFiles = new(StringComparer.Ordinal);

    private static IReadOnlyList<string> SourceFiles => Source.Files("src", ".cs");

    private static IReadOnlyList<string> AllFiles => [.. SourceFiles, .. Source.Files("bench", ".cs"), .. Source.Files("tests", ".cs")];

    [Fact]
    public void Files_are_short() => AllFiles
        .Select(path => (Path: path, Source.Lines(path).Length))
        .Where(file => file.Length > LongFiles.GetValueOrDefault(
            file.Path, file.Path.StartsWith("tests/", StringComparison.Ordinal) ? LongestInTests : LongestInSource))
        .Select(file => $"{file.Path}: {file.Length} lines")
        .ShouldBeEmpty();

    [Fact]
    public void The_list_of_long_files_only_shrinks() => LongFiles
        .Where(entry => !AllFiles.Contains(entry.Key, StringComparer.Ordinal) || Source.Lines(entry.Key).Length < entry.Value)
        .Select(entry => entry.Key)
        .ShouldBeEmpty();

    [Fact]
    public void Lines_are_narrow() => AllFiles
        .SelectMany(path => Source.Lines(path).Select((line, index) => (Place: $"{path}:{index + 1}", line.Length)))
        .Where(line => line.Length > Widest)
        .Select(line => $"{line.Place}: {line.Length} columns")
        .ShouldBeEmpty();

    [Fact]
    public void A_file_holds_one_type_named_for_it() => AllFiles
        .Select(path => (Path: path, Types: TopLevelTypes(path).ToArray()))
        .Where(file => Path.GetFileName(file.Path) is not "Program.cs" and not "GlobalUsings.cs" and not "AssemblyAttributes.cs")
        .Where(file => file.Types.Length != 1 || file.Types[0] != Path.GetFileName(file.Path).Split('.')[0])
        .Select(file => $"{file.Path}: {string.Join(", ", file.Types)}")
        .ShouldBeEmpty();

    [Fact]
    public void Namespaces_are_folders() => SourceFiles
        .Where(path => NamespaceLine().Match(Source.Text(path)) is { Success: true } match
            && match.Groups["name"].Value != Path.GetDirectoryName(path)?["src/".Length..].Replace('/', '.'))
        .ShouldBeEmpty();

    [Fact]
    public void Type_names_avoid_the_empty_words() => AllFiles
        .SelectMany(TopLevelTypes)
        .Where(HasBannedWord)
        .ShouldBeEmpty();

    [Theory]
    [InlineData("ConnectionManager", true)]
    [InlineData("InfoPage", true)]
    [InlineData("Information", false)]
    [InlineData("Database", false)]
    [InlineData("Score", false)]
    public void A_banned_word_counts_as_a_whole_word_only(string name, bool isBanned) => HasBannedWord(name).ShouldBe(isBanned);

    [Fact]
    public void Every_type_says_what_it_is_for() => SourceFiles
        .Concat(Source.Files("bench", ".cs"))
        .SelectMany(path => Declarations(path)
            .Where(declaration => !HasSummary(path, declaration.Index))
            .Select(type => $"{path}: {type.Name}"))
        .ShouldBeEmpty();

    [Fact]
    public void There_are_no_regions() => AllFiles
        .Where(path => RegionLine().IsMatch(Source.CodeOnly(Source.Text(path))))
        .ShouldBeEmpty();

    private static bool HasBannedWord(string name) => CamelWord().Matches(name).Any(word => BannedWords.Contains(word.Value));

    private static IEnumerable<string> TopLevelTypes(string path) => Declarations(path).Select(declaration => declaration.Name);

    /// <summary>
    /// Types at the left margin, which is where a file-scoped namespace puts them; file-local ones are their user's own affair.
    /// </summary>
    private static IEnumerable<(string Name, int Index)> Declarations(string path) => TypeLine()
        .Matches(Source.CodeOnly(Source.Text(path)))
        .Select(match => (match.Groups["name"].Value, match.Index));

    private static bool HasSummary(string path, int index)
    {
        var lines = Source.Text(path)[..index].Split('\n')[..^1].Reverse();
        var above = lines
            .SkipWhile(line => !line.StartsWith("///", StringComparison.Ordinal) && line.Length > 0)
            .FirstOrDefault() ?? string.Empty;
        return above.StartsWith("///", StringComparison.Ordinal);
    }

    [GeneratedRegex(
        @"^(?!file )(?:[a-z]+ )*(?:class|struct|interface|enum|record struct|record|delegate [\w<>?\[\]]+) (?<name>\w+)",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex TypeLine();

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"^\s*#(end)?region", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex RegionLine();

    [GeneratedRegex("[A-Z][a-z0-9]*", RegexOptions.ExplicitCapture)]
    private static partial Regex CamelWord();
}
