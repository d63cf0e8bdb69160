using System.Text.Json;
using Shouldly;
using Tandem.Simulator.Records;
using Xunit;

namespace Tandem.Tests.Integration.Sync;

/// <summary>
/// What a rejected write leaves in the log and in its row: heroku-connect.md, sections 5.2 and 5.4; salesforce-api.md, section 9.2.
/// </summary>
public sealed class WriteErrorTests
{
    [Fact]
    public async Task The_rows_error_is_JSON_with_code_message_fields_and_time()
    {
        await using var world = await SyncWorld.StartAsync();
        await world.LoadAsync(SyncWorld.Contacts());
        await world.RunAsync("insert into salesforce.contact (lastname, email) values ('A', 'no address'), ('B', null)");

        await world.PushAsync();

        (await world.AskAsync("select state, sf_result, sf_message = 'INVALID_EMAIL_ADDRESS: ' || (_hc_err::json ->> 'message') "
            + "from salesforce._trigger_log l join salesforce.contact c on c.id = l.record_id order by l.id"))
            .ShouldBe(["FAILED|400|True", "SUCCESS|201|-"]);
        using var error = JsonDocument.Parse(await world.AskOneAsync("select _hc_err from salesforce.contact where lastname = 'A'"));
        error.RootElement.EnumerateObject().Select(member => member.Name).ShouldBe(["code", "message", "fields", "at"]);
        error.RootElement.GetProperty("code").GetString().ShouldBe("INVALID_EMAIL_ADDRESS");
        error.RootElement.GetProperty("fields").EnumerateArray().Select(field => field.GetString()).ShouldBe(["Email"]);
        error.RootElement.GetProperty("at").GetDateTimeOffset()
            .ShouldBe(TimeProvider.System.GetUtcNow(), tolerance: TimeSpan.FromMinutes(5));
    }

    [Theory]
    [InlineData("FIELD_CUSTOM_VALIDATION_EXCEPTION", 400)]
    [InlineData("INSUFFICIENT_ACCESS_OR_READONLY", 403)]
    [InlineData("ENTITY_IS_DELETED", 404)]
    [InlineData("DUPLICATE_VALUE", 409)]
    public async Task A_number_says_what_kind_of_refusal_it_was(string code, int number)
    {
        await using var world = await SyncWorld.StartAsync(contacts: 1);
        await world.LoadAsync(SyncWorld.Contacts());
        world.Server.Saver.Faults.Add(new SaveFault { StatusCode = code, Message = "no", Count = 1 });
        await world.RunAsync("update salesforce.contact set firstname = 'x'");

        await world.PushAsync();

        (await world.AskAsync("select state, sf_result, sf_message from salesforce._trigger_log"))
            .ShouldBe([$"FAILED|{number}|{code}: no"]);
    }

    [Fact]
    public async Task What_cannot_be_sent_has_a_number_of_its_own_and_what_goes_again_a_new_one()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 1);
        await world.LoadAsync(SyncWorld.Contacts());
        await world.RunAsync(
            "insert into salesforce._trigger_log (state, action, table_name, record_id, \"values\") "
            + "values ('NEW', 'UPDATE', 'contact', 1, 'no hstore')");
        await world.PushAsync();
        (await world.AskAsync("select state, sf_result from salesforce._trigger_log")).ShouldBe(["FAILED|422"]);

        await world.RunAsync("update salesforce._trigger_log set state = 'NEW', \"values\" = 'firstname=>x'");
        await world.PushAsync();

        (await world.AskAsync("select state, sf_result, sf_message from salesforce._trigger_log")).ShouldBe(["SUCCESS|200|-"]);
    }
}
