using Xunit;

namespace Tandem.Tests.Clients;

/// <summary>jsforce 3 drives the simulator; each script asserts what it sees. Source: salesforce-api.md, sections 13 and 15.</summary>
public sealed class JsforceTests(ClientOrg org)
{
    [Fact]
    public Task Signs_in_by_oauth_and_soap_and_refreshes() => NodeProgram.RunScriptAsync("jsforce-oauth.cjs", org);

    [Fact]
    public Task Reads_the_description_of_objects() => NodeProgram.RunScriptAsync("jsforce-describe.cjs", org);

    [Fact]
    public Task Writes_rows_and_collections() => NodeProgram.RunScriptAsync("jsforce-crud.cjs", org);

    [Fact]
    public Task Queries_page_by_page() => NodeProgram.RunScriptAsync("jsforce-query.cjs", org);

    [Fact]
    public Task Loads_and_unloads_by_bulk() => NodeProgram.RunScriptAsync("jsforce-bulk.cjs", org);

    [Fact]
    public Task Hears_topics_and_change_events_and_replays_them() => NodeProgram.RunScriptAsync("jsforce-streaming.cjs", org);
}
