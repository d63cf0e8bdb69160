using System.Text;
using Shouldly;
using Tandem.Postgres;
using Xunit;

namespace Tandem.Tests.Unit.Postgres;

/// <summary>Quoting and shortening of names.</summary>
public sealed class PgIdentifierTests
{
    [Theory]
    [InlineData("account", "\"account\"")]
    [InlineData("User", "\"User\"")]
    [InlineData("a\"b.c; --", "\"a\"\"b.c; --\"")]
    public void Quotes_every_name(string name, string quoted) => PgIdentifier.Quote(name).ShouldBe(quoted);

    [Fact]
    public void Counts_bytes_and_not_characters()
    {
        PgIdentifier.Quote(new string('ä', 31)).Length.ShouldBe(33);
        Should.Throw<ArgumentException>(() => PgIdentifier.Quote(new string('ä', 32))).Message.ShouldContain("at most 63 bytes");
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\0b")]
    public void Refuses_what_PostgreSQL_cannot_hold(string name) => Should.Throw<ArgumentException>(() => PgIdentifier.Quote(name));

    [Theory]
    [InlineData("it's", "'it''s'")]
    [InlineData("a\\b'", "E'a\\\\b'''")]
    public void Writes_literals(string name, string literal) => PgIdentifier.Literal(name).ShouldBe(literal);

    [Fact]
    public void Long_names_are_shortened_always_alike_and_stay_apart()
    {
        var first = ReservedNames.Index("tbl", new string('ö', 40) + "1", isUnique: true);
        var second = ReservedNames.Index("tbl", new string('ö', 40) + "2", isUnique: true);

        string.Equals(first, second, StringComparison.Ordinal).ShouldBeFalse();
        first.ShouldBe(ReservedNames.Index("tbl", new string('ö', 40) + "1", isUnique: true));
        first.ShouldStartWith("hcu_idx_tbl_ö");
        Encoding.UTF8.GetByteCount(first).ShouldBeLessThanOrEqualTo(63);
        ReservedNames.Index("account", "sfid", isUnique: true).ShouldBe("hcu_idx_account_sfid");
    }
}
