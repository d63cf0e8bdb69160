using System.Text.RegularExpressions;
using Shouldly;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Unit.Architecture;

/// <summary>Where SQL, SOQL and some words may stand, what C# we do without, and what no file of the repository may say.</summary>
public sealed partial class LanguageTests
{
    private static readonly string[] SqlFolders =
        ["src/Tandem.Postgres/Tables/", "src/Tandem.Postgres/Capture/", "src/Tandem.Postgres/Load/", "src/Tandem.OData/"];

    /// <summary>A channel is a name, which no statement takes as a parameter.</summary>
    private static readonly string[] SqlBesides = ["src/Tandem.Postgres/ControlLife.cs: listen {PgIdentifier.Quote(listener.Channel)}"];

    private static readonly string[] SoqlFolders = ["src/Tandem.Salesforce/", "src/Tandem.Sync/", "src/Tandem.Simulator/"];

    private static readonly string[] RequiredFiles =
        ["LICENSE", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "docs/architecture.md", "docs/glossary.md",
        "tandem", "test", ".ci/run"];

    private static readonly string[] TextExtensions =
        ["", ".cs", ".csproj", ".props", ".slnx", ".json", ".md", ".sql", ".sh", ".yml", ".ts", ".tsx", ".txt", ".editorconfig"];

    private static IReadOnlyList<string> SourceFiles => Source.Files("src", ".cs");

    [Fact]
    public void Sql_stands_in_files_or_where_it_is_generated() => SourceFiles
        .Concat(Source.Files("bench", ".cs"))
        .Where(path => !SqlFolders.Any(folder => path.StartsWith(folder, StringComparison.Ordinal)))
        .SelectMany(path => Source.Literals(Source.Text(path)).Where(IsSql).Select(literal => $"{path}: {literal}"))
        .ShouldBe(SqlBesides);

    [Theory]
    [InlineData("select 1", true)]
    [InlineData("  insert into t", true)]
    [InlineData("selected 2", false)]
    [InlineData("the update of", false)]
    [InlineData("SELECT Id FROM Account", false)]
    public void Sql_is_known_by_its_first_word_in_lower_case(string literal, bool isSql) => IsSql(literal).ShouldBe(isSql);

    [Fact]
    public void Soql_stands_with_the_ends_that_speak_it() => SourceFiles
        .Where(path => !SoqlFolders.Any(folder => path.StartsWith(folder, StringComparison.Ordinal)))
        .SelectMany(path => Source.Literals(Source.Text(path))
            .Where(literal => literal.TrimStart().StartsWith("SELECT ", StringComparison.Ordinal))
            .Select(literal => $"{path}: {literal}"))
        .ShouldBeEmpty();

    [Fact]
    public void Sql_files_say_first_what_they_do() => Source.Files("src", ".sql")
        .Concat(Source.Files("bench", ".sql"))
        .Where(path => Source.Lines(path) is not [var first, ..] || !first.StartsWith("-- ", StringComparison.Ordinal))
        .ShouldBeEmpty();

    [Fact]
    public void The_postgres_end_does_not_know_mappings() => Source.Files("src/Tandem.Postgres", ".cs", ".sql")
        .Where(path => MappingWord().IsMatch(Source.Text(path)))
        .ShouldBeEmpty();

    [Fact]
    public void Source_never_silences_a_null_warning() => SourceFiles
        .SelectMany(path => NullForgiving().Matches(Source.CodeOnly(Source.Text(path))).Select(match => $"{path}: {match.Value}"))
        .ShouldBeEmpty();

    [Theory]
    [InlineData("a!.B", true)]
    [InlineData("f(a!)", true)]
    [InlineData("g()!;", true)]
    [InlineData("x[0]!,", true)]
    [InlineData("a != b", false)]
    [InlineData("if (!a)", false)]
    [InlineData("a && !b.C", false)]
    [InlineData("return !(a)", false)]
    public void Null_forgiving_is_told_from_not(string code, bool isForgiving) => NullForgiving().IsMatch(code).ShouldBe(isForgiving);

    [Fact]
    public void Tests_do_not_sleep() => Source.Files("tests", ".cs")
        .Where(path => SleepCall().IsMatch(Source.CodeOnly(Source.Text(path))))
        .ShouldBeEmpty();

    [Fact]
    public void No_file_names_a_machine_or_a_package_registry() => Source.Files(".")
        .Where(path => TextExtensions.Contains(Path.GetExtension(path)) && Path.GetFileName(path) != "package-lock.json")
        .SelectMany(path => Source.Lines(path).Where(line => MachinePath().IsMatch(line)).Select(line => $"{path}: {line.Trim()}"))
        .ShouldBeEmpty();

    [Fact]
    public void The_files_that_every_repository_needs_are_there() =>
        RequiredFiles.Where(path => !File.Exists(RepositoryRoot.Combine(path))).ShouldBeEmpty();

    [Theory]
    [InlineData("tandem")]
    [InlineData("test")]
    [InlineData(".ci/run")]
    [InlineData("bench/run")]
    public void Scripts_can_run(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            (File.GetUnixFileMode(RepositoryRoot.Combine(path)) & UnixFileMode.UserExecute).ShouldBe(UnixFileMode.UserExecute);
        }

        Source.Text(path).ShouldContain("set -euo pipefail");
    }

    private static bool IsSql(string literal) => SqlStart().IsMatch(literal);

    [GeneratedRegex(@"^\s*(select|insert|update|delete|create|alter|drop|with|copy|listen) ", RegexOptions.ExplicitCapture)]
    private static partial Regex SqlStart();

    [GeneratedRegex(@"\bmappings?\b|Mapping", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex MappingWord();

    [GeneratedRegex(@"[\w)\]""]!(?=[.;,)\]\[])", RegexOptions.ExplicitCapture)]
    private static partial Regex NullForgiving();

    [GeneratedRegex(@"\bThread\.Sleep\(|\bTask\.Delay\((?!Timeout\.Infinite)", RegexOptions.ExplicitCapture)]
    private static partial Regex SleepCall();

    // Homes and work folders of a machine, and hosts that serve packages; spelled so that this line does not match itself.
    [GeneratedRegex(
        @"(^|[\s""'=(])/(home/(?!linuxbrew)|Users/|work/)\w|"
        + @"\b(registry|api|deb|security)\.(npmjs|nuget|debian)\.(org|com)\b|files\.pythonhosted",
        RegexOptions.ExplicitCapture)]
    private static partial Regex MachinePath();
}
