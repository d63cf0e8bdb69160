using System.Text.Json.Nodes;
using Shouldly;
using Tandem.Sync.Catalog.Access;
using Xunit;

namespace Tandem.Tests.Unit.Sync.Catalog;

/// <summary>What the audit trail takes out of notes, whatever their callers put there.</summary>
public sealed class AuditTextTests
{
    [Fact]
    public void Members_that_name_a_secret_are_hidden_at_every_depth()
    {
        var clean = AuditText.Clean(JsonNode.Parse("""
            {"Password": "s3cr", "a": [{"client_secret": "s3cr", "clientSecret": "s3cr", "refresh-token": "s3cr", "token": "s3cr"}],
             "credentials": {"any": ["s3cr", 5, null, true]}, "database_url": "s3cr", "private_key": "s3cr", "sid": "s3cr",
             "name": "kept", "tokens_used": 7, "fields": {"Password__c": {}}}
            """))?.ToJsonString() ?? "";

        clean.ShouldNotContain("s3cr");
        clean.ShouldNotContain("5,");
        clean.ShouldContain("\"name\":\"kept\"");
        clean.ShouldContain("\"tokens_used\":7");
        clean.ShouldContain("\"Password__c\":{}");
    }

    [Theory]
    [InlineData("postgres://app:s3cr@db.example.com:5432/app", "postgres://app:(hidden)@db.example.com:5432/app")]
    [InlineData("postgres://:s3cr/with@slash@db/app", "postgres://:(hidden)@db/app")]
    [InlineData("Host=db;Username=app;Password=s3cr;Database=x", "Host=db;Username=app;Password=(hidden);Database=x")]
    [InlineData("grant_type=x&refresh_token=s3cr&y=1", "grant_type=x&refresh_token=(hidden)&y=1")]
    [InlineData("said tandem_s3crs3crs3crs3crs3crs3crs3crs3crs3crs3crs3cr1234a.", "said (hidden).")]
    [InlineData("session 00D000000000001EAA!AQs3cr.s3cr_ ends", "session (hidden) ends")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.s3cr.s3cr", "(hidden)")]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----\ns3cr\n-----END RSA PRIVATE KEY----- and on", "(hidden) and on")]
    [InlineData("-----BEGIN PRIVATE KEY-----\ns3cr", "(hidden)")]
    [InlineData("select * from x where y = 'z'", "select * from x where y = 'z'")]
    public void Texts_of_the_form_of_a_secret_are_hidden(string text, string clean)
    {
        AuditText.Clean(text).ShouldBe(clean);
        AuditText.Clean(new JsonArray(text))?.ToJsonString().ShouldNotContain("s3cr");
        AuditText.Clean(new JsonObject { [text] = 1 })?.ToJsonString().ShouldNotContain("s3cr");
    }

    [Fact]
    public void What_postgres_does_not_keep_becomes_a_replacement_character() =>
        AuditText.Clean("a\0b\ud800c").ShouldBe("a\ufffdb\ufffdc");
}
