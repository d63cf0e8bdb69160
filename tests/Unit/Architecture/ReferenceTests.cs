using System.Reflection;
using System.Xml.Linq;
using Shouldly;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Unit.Architecture;

/// <summary>
/// The dependency table of docs/architecture.md, held against the project files and against what the compiler really referenced.
/// </summary>
public sealed class ReferenceTests
{
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Tandem.Salesforce"] = [],
        ["Tandem.Postgres"] = [],
        ["Tandem.Sync"] = ["Tandem.Salesforce", "Tandem.Postgres"],
        ["Tandem.OData"] = ["Tandem.Postgres"],
        ["Tandem.Server"] = ["Tandem.Sync", "Tandem.OData", "Tandem.Simulator"],
        ["Tandem.Cli"] = ["Tandem.Server", "Tandem.Simulator"],
        ["Tandem.Simulator"] = [],
        ["Bench"] = ["Tandem.Cli", "Tandem.Server", "Tandem.Simulator"],
    };

    private static readonly string[] WithoutAspNet = ["Tandem.Salesforce", "Tandem.Postgres", "Tandem.Sync"];

    public static TheoryData<string> Projects => [.. Source.Files("src", ".csproj")];

    public static TheoryData<string> ProjectsAndBench => [.. Source.Files("src", ".csproj"), .. Source.Files("bench", ".csproj")];

    [Theory]
    [MemberData(nameof(ProjectsAndBench))]
    public void Project_references_follow_the_table(string path)
    {
        var project = Path.GetFileNameWithoutExtension(path);
        Allowed.ShouldContainKey(project, $"{project} is missing in the dependency table.");
        Attributes(path, "ProjectReference").Select(reference => Path.GetFileNameWithoutExtension(reference))
            .ShouldBeSubsetOf(Allowed[project]);
    }

    [Theory]
    [MemberData(nameof(ProjectsAndBench))]
    public void Packages_and_frameworks_follow_the_table(string path)
    {
        var project = Path.GetFileNameWithoutExtension(path);
        var packages = Attributes(path, "PackageReference");
        if (project is not "Tandem.Postgres")
        {
            packages.ShouldNotContain("Npgsql", $"Only Tandem.Postgres names Npgsql; {project} reaches it through its references.");
        }

        if (WithoutAspNet.Contains(project))
        {
            Attributes(path, "FrameworkReference").ShouldNotContain("Microsoft.AspNetCore.App");
        }
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Assemblies_reference_only_what_the_table_allows(string path)
    {
        var project = Path.GetFileNameWithoutExtension(path);
        var assembly = project == "Tandem.Cli" ? "tandem" : project;
        var references = Assembly.Load(assembly).GetReferencedAssemblies().Select(name => name.Name ?? string.Empty).ToArray();

        // Types flow through: a project may use what its references stand on.
        references.Where(name => name.StartsWith("Tandem.", StringComparison.Ordinal)).ShouldBeSubsetOf(Reachable(project));
        if (project is "Tandem.Salesforce" or "Tandem.Simulator" or "Tandem.Cli")
        {
            references.ShouldNotContain("Npgsql");
        }

        if (project is "Tandem.Postgres")
        {
            references.ShouldNotContain("System.Net.Http");
        }

        if (WithoutAspNet.Contains(project))
        {
            references.ShouldNotContain(name => name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Every_package_is_pinned_exactly_and_once()
    {
        var versions = XDocument.Load(RepositoryRoot.Combine("Directory.Packages.props")).Descendants("PackageVersion").ToArray();

        versions.ShouldNotBeEmpty();
        versions.Where(version => !IsExact(version.Attribute("Version")?.Value)).Select(version => version.ToString()).ShouldBeEmpty();
        versions.Select(version => version.Attribute("Include")?.Value).ShouldBeUnique();
    }

    [Fact]
    public void Projects_leave_versions_to_the_central_file() =>
        Source.Files(".", ".csproj")
            .Where(path => XDocument.Load(RepositoryRoot.Combine(path)).Descendants("PackageReference")
                .Any(reference => reference.Attribute("Version") is not null || reference.Attribute("VersionOverride") is not null))
            .ShouldBeEmpty();

    [Theory]
    [InlineData("[1.2.3]", true)]
    [InlineData("1.2.3", false)]
    [InlineData("[1.2.3,2.0)", false)]
    [InlineData("[1.*]", false)]
    [InlineData(null, false)]
    public void Only_a_single_version_in_brackets_is_exact(string? version, bool isExact) => IsExact(version).ShouldBe(isExact);

    private static bool IsExact(string? version) =>
        version is ['[', .. var number, ']']
        && !number.Contains(',', StringComparison.Ordinal)
        && !number.Contains('*', StringComparison.Ordinal);

    private static HashSet<string> Reachable(string project) =>
        [.. Allowed[project], .. Allowed[project].SelectMany(Reachable)];

    private static string[] Attributes(string path, string element) =>
        [.. XDocument.Load(RepositoryRoot.Combine(path)).Descendants(element)
            .Select(reference => reference.Attribute("Include")?.Value ?? string.Empty)];
}
