using Shouldly;
using Xunit;

namespace Tandem.Tests.Unit;

/// <summary>x</summary>
public sealed class SmokeTests
{
    [Fact]
    public void Works() => 1.ShouldBe(1);
}
