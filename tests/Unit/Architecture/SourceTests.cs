using Shouldly;
using Xunit;

namespace Tandem.Tests.Unit.Architecture;

/// <summary>The reading of C# on which the tests of the codebase rest.</summary>
public sealed class SourceTests
{
    [Fact]
    public void Code_only_blanks_comments_and_literals_and_keeps_lines()
    {
        const string Text = "a(\"x! // y\"); // b!\n/* c!\n*/ d('!'); e(@\"f\"\"!\"); g($\"h!\");";

        var code = Source.CodeOnly(Text);
        code.ShouldNotContain('!');
        code.Split('\n').Length.ShouldBe(3);
        code.ShouldContain("a(");
        code.ShouldContain("d(");
        code.ShouldContain("g(");
    }

    [Fact]
    public void Literals_of_every_form_are_found()
    {
        const string Quote = "\"\"\"";
        var text = $"x = \"one\"; // \"no\"\ny = @\"two\"; z = $\"three\"; w = {Quote}\n four\n {Quote};";

        Source.Literals(text).Select(literal => literal.Trim()).ShouldBe(["one", "two", "three", "four"]);
    }
}
