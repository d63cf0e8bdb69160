using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Shouldly;
using Tandem.Testing;
using Tandem.Tests.Integration.Sync;
using Xunit;

namespace Tandem.Tests.Integration.Api.V1;

/// <summary>The OpenAPI document: that the committed one is the served one, and that it tells enough.</summary>
public sealed class OpenApiTests
{
    private const string Renewing = "TANDEM_RENEW_OPENAPI";

    private static readonly JsonSerializerOptions Spelling = new()
    {
        WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    [Fact]
    public async Task The_committed_document_is_the_one_that_is_served()
    {
        await using var world = await ApiWorld.StartAsync();
        await world.AskAsync(HttpMethod.Get, "/api/openapi.json", HttpStatusCode.Unauthorized, token: null);
        var served = (await world.GetAsync("/api/openapi.json", world.Reader)).ToJsonString(Spelling) + "\n";
        var file = RepositoryRoot.Combine("docs", "openapi.json");
        if (Environment.GetEnvironmentVariable(Renewing) is "1")
            await File.WriteAllTextAsync(file, served, SyncWorld.Token);

        var committed = File.Exists(file) ? await File.ReadAllTextAsync(file, SyncWorld.Token) : "";

        (committed == served).ShouldBeTrue(
            $"docs/openapi.json is not what the server serves. Renew it: {Renewing}=1 ./test Integration -- -class \"*OpenApiTests\"");
    }

    [Fact]
    public async Task Every_endpoint_has_a_summary_and_says_what_it_answers()
    {
        await using var world = await ApiWorld.StartAsync();

        var document = await world.GetAsync("/api/openapi.json");

        var operations = document["paths"]!.AsObject()
            .SelectMany(path => path.Value!.AsObject().Select(operation => (Name: $"{operation.Key} {path.Key}", Value: operation.Value!)))
            .ToList();
        operations.Count.ShouldBeGreaterThan(40);
        operations.Where(operation => operation.Value["summary"] is null).Select(operation => operation.Name).ShouldBeEmpty();
        operations.Where(operation => operation.Value["security"] is null).Select(operation => operation.Name)
            .ShouldBe(["post /api/v1/session"]);
        operations.Where(operation => !HasAnswer(operation.Value)).Select(operation => operation.Name).ShouldBeEmpty();
        operations.Where(operation => operation.Name.StartsWith("post /api/v1", StringComparison.Ordinal)
                && operation.Value["requestBody"] is null)
            .Select(operation => operation.Name)
            .ShouldBeEmpty();
        document["components"]?["securitySchemes"]?["token"]?["scheme"]?.GetValue<string>().ShouldBe("bearer");
    }

    private static bool HasAnswer(JsonNode operation) => operation["responses"]!.AsObject()
        .Any(answer => answer.Key == "204"
            || answer.Value?["content"]?.AsObject().Any(content => content.Value?["schema"] is not null) is true);
}
