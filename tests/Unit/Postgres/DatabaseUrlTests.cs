using Npgsql;
using Shouldly;
using Tandem.Postgres;
using Xunit;

namespace Tandem.Tests.Unit.Postgres;

/// <summary>Database addresses as people paste them.</summary>
public sealed class DatabaseUrlTests
{
    [Theory]
    [InlineData("postgres://u:p@h:5433/d", "u", "p", "h", 5433, "d")]
    [InlineData("postgresql://u:p%40%2F%3A@h/d%20e", "u", "p@/:", "h", 5432, "d e")]
    [InlineData("postgres://u@[::1]:6000/d", "u", null, "::1", 6000, "d")]
    [InlineData("postgres:///d?host=/run/pg&user=u&port=7000", "u", null, "/run/pg", 7000, "d")]
    [InlineData("Host=h;Port=5433;Username=u;Password=p;Database=d", "u", "p", "h", 5433, "d")]
    public void Reads_addresses(string text, string user, string? password, string host, int port, string database)
    {
        var parsed = DatabaseUrl.Parse(text);

        (parsed.Username, parsed.Password, parsed.Host, parsed.Port, parsed.Database).ShouldBe((user, password, host, port, database));
    }

    [Theory]
    [InlineData("verify-full", SslMode.VerifyFull)]
    [InlineData("require", SslMode.Require)]
    [InlineData("disable", SslMode.Disable)]
    public void Reads_sslmode_and_options(string mode, SslMode expected)
    {
        var parsed = DatabaseUrl.Parse($"postgres://h/d?sslmode={mode}&options=-c%20x%3D1&application_name=a");

        (parsed.SslMode, parsed.Options, parsed.ApplicationName).ShouldBe((expected, "-c x=1", "a"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("mysql://u:secret@h/d")]
    [InlineData("postgres://u:sec/ret@h/d")]
    [InlineData("postgres://u:sec%ret@h/d")]
    [InlineData("postgres://u:secret@h:99999/d")]
    [InlineData("postgres://u:secret@/d")]
    [InlineData("postgres://u:sec?ret=1@h/d")]
    [InlineData("postgres://u:secret@h/d?sslmode=secret")]
    [InlineData("Host=h;Password=secret;secret=1")]
    [InlineData("Host=h;Port=secret")]
    [InlineData("secret")]
    [InlineData("Password=secret")]
    public void Refuses_with_a_sentence_that_shows_no_part_of_the_password(string text)
    {
        var refusal = Should.Throw<FormatException>(() => DatabaseUrl.Parse(text));

        refusal.ToString().ShouldNotContain("secret");
        refusal.Message.ShouldNotContain("ret=");
        refusal.Message.ShouldEndWith(".");
        refusal.InnerException.ShouldBeNull();
    }
}
